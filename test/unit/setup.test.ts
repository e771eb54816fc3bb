import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";

const ROOT = path.join(import.meta.dirname, "../..");
const NODE_DIR = `node_modules/node-linux-${process.arch}/bin`;

/** What the scripts may use of a bare Debian; everything else is a fake that writes down how it was called. */
const DEBIAN = [
  "cat",
  "cmp",
  "cp",
  "dirname",
  "env",
  "find",
  "mkdir",
  "mv",
  "printf",
  "readlink",
  "sh",
  "stat",
  "uname",
];

/** A machine with the project freshly cloned: its commands are scripts in `bin`, its calls are in `log`. */
class Machine {
  readonly dir = mkdtempSync(path.join(tmpdir(), "bpftop-test-"));
  readonly project = path.join(this.dir, "bpftop");
  readonly bin = path.join(this.dir, "bin");

  constructor() {
    for (const folder of ["bpf", "src", "scripts"]) mkdirSync(path.join(this.project, folder), { recursive: true });
    mkdirSync(this.bin);
    for (const name of ["scripts/setup.sh", "scripts/start.sh", "scripts/test.sh", "bin/bpftop"]) {
      cpSync(path.join(ROOT, name), path.join(this.project, name));
    }
    for (const name of ["package.json", "package-lock.json", "src/main.ts"]) this.edit(name, 60);
    for (const name of DEBIAN) symlinkSync(`/usr/bin/${name}`, path.join(this.bin, name));
    this.command("id", "echo 0");
    this.command("clang");
    this.command("bpftool");
    this.command("apt-get");
    this.command("sudo", 'log sudo "$@"; [ "$1" != -- ] || shift; exec "$@"');
    this.command("node", "case $1 in --version) echo v20.0.0 ;; *) echo 20 ;; esac");
    // npm install brings the Node that builds.
    this.command("npm", `log npm "$@"; mkdir -p ${NODE_DIR}; cp "$HOME/node24" ${NODE_DIR}/node`);
    this.script(
      path.join(this.dir, "node24"),
      // Its own options come first.
      'while case $1 in --*=*) ;; *) false ;; esac; do shift; done; name=${1##*/}; shift; log node "$name" "$@"; case $name in build.mjs) echo x >dist/bpftop.mjs ;; esac',
    );
  }

  /** A command that logs its call, or does what `body` says. */
  command(name: string, body = `log ${name} "$@"`): this {
    // Never through a link to the real one.
    this.without(name).script(path.join(this.bin, name), body);
    return this;
  }

  without(name: string): this {
    rmSync(path.join(this.bin, name), { force: true });
    return this;
  }

  /** Changes a file, as of some seconds ago. */
  edit(name: string, secondsAgo: number): void {
    const file = path.join(this.project, name);
    writeFileSync(file, `${name} ${secondsAgo}`);
    utimesSync(file, Date.now() / 1000 - secondsAgo, Date.now() / 1000 - secondsAgo);
  }

  run(script: "start" | "test", ...args: string[]) {
    const log = path.join(this.dir, "log");
    rmSync(log, { force: true });
    const { status, stdout, stderr } = spawnSync("/bin/sh", [`scripts/${script}.sh`, ...args], {
      cwd: this.project,
      env: { PATH: this.bin, HOME: this.dir },
      encoding: "utf8",
    });
    const calls = existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : [];
    return { status, stdout, stderr, calls };
  }

  remove(): void {
    rmSync(this.dir, { recursive: true });
  }

  private script(file: string, body: string): void {
    writeFileSync(file, `#!/bin/sh\nlog() { echo "$@" >>"$HOME/log"; }\n${body}\n`);
    chmodSync(file, 0o755);
  }
}

function on(name: string, body: (machine: Machine) => void): void {
  test(`set-up: ${name}`, () => {
    const machine = new Machine();
    try {
      body(machine);
    } finally {
      machine.remove();
    }
  });
}

const names = (calls: readonly string[]) => calls.map((call) => call.split(" ").slice(0, 2).join(" "));

on("the first start installs and builds, the next is bpftop at once", (machine) => {
  const first = machine.run("start", "--json", "two words");
  assert.equal(first.status, 0, first.stderr);
  assert.deepEqual(names(first.calls), ["npm install", "node build.mjs", "node bpftop.mjs"]);
  assert.equal(first.calls[2], "node bpftop.mjs --json two words");
  assert.match(first.stderr, /installing npm packages/);
  assert.equal(first.stdout, "");

  const second = machine.run("start");
  assert.deepEqual(second.calls, ["node bpftop.mjs"]);
  assert.equal(second.stderr, "");
});

on("a changed source is built, a changed lockfile installed", (machine) => {
  machine.run("start");
  machine.edit("src/main.ts", -1);
  assert.deepEqual(names(machine.run("start").calls), ["node build.mjs", "node bpftop.mjs"]);
  machine.edit("src/main.ts", 60);
  machine.run("start");
  machine.edit("package-lock.json", -1);
  assert.deepEqual(names(machine.run("start").calls), ["npm install", "node build.mjs", "node bpftop.mjs"]);
});

on("what is missing comes from Debian, and nothing else", (machine) => {
  machine.without("clang");
  const { calls, stderr, status } = machine.run("start");
  assert.equal(status, 0, stderr);
  assert.match(calls[0] ?? "", /^apt-get update/);
  assert.match(calls[1] ?? "", /^apt-get install .* clang$/);
  assert.match(stderr, /installing Debian packages: clang/);
});

on("an ordinary user installs and opens by sudo, but --help needs none", (machine) => {
  machine.command("id", "echo 1000");
  machine.without("clang");
  const { calls } = machine.run("start", "biotop");
  assert.deepEqual(names(calls), [
    "sudo apt-get",
    "apt-get update",
    "sudo env",
    "apt-get install",
    "npm install",
    "node build.mjs",
    "sudo --",
    "node bpftop.mjs",
  ]);
  assert.deepEqual(machine.run("start", "--help").calls.slice(-1), ["node bpftop.mjs --help"]);

  machine.command("clang");
  machine.run("start", "--help");
  assert.deepEqual(machine.run("start", "--help").calls, ["node bpftop.mjs --help"]);
});

on("an ordinary user without sudo gets what /proc has", (machine) => {
  machine.command("id", "echo 1000").without("sudo");
  const { status, calls, stderr } = machine.run("start", "biotop");
  assert.equal(status, 0, stderr);
  assert.equal(calls.at(-1), "node bpftop.mjs biotop");
  assert.match(stderr, /on \/proc alone: only root may load BPF/);
});

on("npm test installs the tests' tools, too, and runs what it is told to", (machine) => {
  const { calls, status, stderr } = machine.run("test", "test/unit/cli.test.ts");
  assert.equal(status, 0, stderr);
  assert.match(calls.find((call) => call.startsWith("apt-get install")) ?? "", /tmux.*fio/);
  assert.match(calls.at(-1) ?? "", /^node --test --test-concurrency=1 .* ?cli\.test\.ts$/);
});

for (const [name, breakIt, message] of [
  [
    "no network for apt",
    (m) => m.without("clang").command("apt-get", "exit 100"),
    /could not install: clang .*network/,
  ],
  ["no apt", (m) => m.without("clang").without("apt-get"), /missing: clang .*by hand/],
  ["no network for npm", (m) => m.command("npm", "exit 1"), /npm install failed .*registry/],
  ["an old Node", (m) => m.command("node", "echo 16"), /needs Node 18 or later/],
  ["another system", (m) => m.command("uname", "echo Darwin"), /Linux only, this is Darwin/],
  ["another architecture", (m) => m.command("uname", "[ $1 = -s ] && echo Linux || echo riscv64"), /not on riscv64/],
  [
    "a build that fails",
    (m) =>
      m.command(
        "npm",
        `mkdir -p ${NODE_DIR}; printf '#!/bin/sh\\nexit 1\\n' >${NODE_DIR}/node; chmod +x ${NODE_DIR}/node`,
      ),
    /./,
  ],
] as const satisfies readonly (readonly [string, (machine: Machine) => unknown, RegExp])[]) {
  on(`${name} ends it with a clear message`, (machine) => {
    breakIt(machine);
    const { status, stdout, stderr, calls } = machine.run("start");
    assert.equal(status, 1);
    assert.equal(stdout, "");
    assert.match(stderr.split("\n").filter(Boolean).at(-1) ?? "", message);
    assert.ok(!calls.some((call) => call.startsWith("node bpftop")), "bpftop is not opened");
  });
}

on("the launcher follows links, and says what to do where nothing is built", (machine) => {
  const link = path.join(machine.dir, "linked");
  symlinkSync(path.join(machine.project, "bin/bpftop"), link);
  const env = { PATH: machine.bin, HOME: machine.dir };
  const early = spawnSync(link, [], { env, encoding: "utf8" });
  assert.deepEqual([early.status, early.stderr], [1, `bpftop: not built yet: run npm start in ${machine.project}\n`]);
  machine.run("start");
  assert.equal(spawnSync(link, ["a b"], { env }).status, 0);
  assert.match(readFileSync(path.join(machine.dir, "log"), "utf8"), /node bpftop\.mjs a b\n$/);
});
