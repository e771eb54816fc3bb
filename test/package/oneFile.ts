/** npm run test:package: the one file on bare systems, and where nobody made it comfortable. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { panes } from "../../src/panes/registry.ts";
import { startLoad } from "../screen/load.ts";
import { Box } from "./box.ts";

const SYSTEMS = ["bullseye", "bookworm", "trixie", "libraries"] as const;
const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const load = startLoad(600);

interface Pane {
  readonly state: string;
  readonly why?: string;
  readonly advice?: string;
  readonly rows?: readonly Record<string, unknown>[];
  readonly histogram?: { readonly count: number } | null;
}
interface Line {
  readonly use: readonly { readonly resource: string; readonly u: Record<string, number | null> }[];
  readonly panes: Readonly<Record<string, Pane>>;
}

/** Two intervals of every pane; every one must be live. */
function measure(box: Box): Line {
  const { status, stdout, stderr } = box.run("--json", "--count", "2");
  assert.equal(status, 0, stderr);
  assert.equal(stderr, "");
  const lines: readonly Line[] = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const last = lines.at(-1);
  assert.ok(last !== undefined && lines.length === 2);
  for (const { name } of panes) {
    const pane = last.panes[name];
    assert.match(pane?.state ?? "absent", /^(live|degraded)$/, `${name}: ${pane?.why}`);
  }
  return last;
}

/** Names in the directories where libraries may have been put. */
const leftOnHost = () =>
  ["/dev", "/dev/shm"].flatMap((directory) => readdirSync(directory)).filter((name) => name.startsWith("bpftop-"));

for (const system of SYSTEMS) {
  test(`${system}: it has nothing that bpftop is made of`, () => {
    const box = new Box(system);
    assert.ok(box.has("{,usr/}lib/x86_64-linux-gnu/libc.so.6"));
    for (const tool of ["node", "nodejs", "clang*", "bpftool"]) assert.ok(!box.has(`{,usr/}{,s}bin/${tool}`), tool);
    for (const library of ["libbpf", "libelf"]) assert.ok(!box.has(`{,usr/}lib/**/${library}*`), library);
  });

  test(`${system}: --version, --help, and a mistake`, () => {
    const box = new Box(system);
    const said = box.run("--version");
    assert.deepEqual([said.status, said.stdout, said.stderr], [0, `bpftop ${version}\n`, ""]);
    assert.match(box.run("--help").stdout, /^Usage: bpftop/m);
    const mistake = box.run("nonsense");
    assert.deepEqual([mistake.status, mistake.stdout], [2, ""]);
    assert.match(mistake.stderr, /^bpftop: no pane "nonsense"/);
  });

  test(`${system}: every pane is live and sees the load; nothing is left on the disk`, () => {
    const box = new Box(system);
    const { panes, use } = measure(box);
    const rows = (pane: string) => JSON.stringify(panes[pane]?.rows);
    assert.match(rows("biotop"), new RegExp(`"disk":"${load.disk}"`));
    assert.match(rows("tcptop"), /bulk_(send|rec)/);
    assert.match(rows("filetop"), /"comm":"reread"/);
    assert.match(rows("softirqs"), /NET_RX/);
    for (const pane of ["runqlat", "cpudist"]) assert.ok((panes[pane]?.histogram?.count ?? 0) > 0, pane);
    assert.ok(use.some(({ resource }) => resource === "disk"));
    assert.deepEqual([box.written(), leftOnHost()], [[], []]);
  });

  test(`${system}: the doctor finds every pane live`, () => {
    const { status, stdout } = new Box(system).run("doctor");
    assert.equal(status, 0, stdout);
    const [, live, all] = /: (\d+) of (\d+) panes live$/m.exec(stdout.split("\n")[0] ?? "") ?? [];
    assert.ok(live !== undefined && live === all, stdout);
  });

  test(`${system}: the screen, every pane live, a process's stacks, and out`, async () => {
    const box = new Box(system);
    const screen = box.screen({ columns: 200, rows: 50 });
    await screen.until((it) => it.text().match(/live · /g)?.length === 6);
    await screen.until(new RegExp(load.disk));
    await screen.walk(["2", /▸2 tcptop/], ["c", /› on-CPU[\s\S]* samples /]);
    screen.press("q");
    assert.equal(await screen.exitCode(), 0);
    assert.deepEqual([box.written(), leftOnHost()], [[], []]);
  });
}

const odd: readonly (readonly [string, ConstructorParameters<typeof Box>[1]])[] = [
  ["/tmp is noexec", { settings: ["noexec:/tmp"] }],
  ["/tmp and /dev/shm are noexec", { settings: ["noexec:/tmp", "noexec:/dev/shm"] }],
  [
    "only bpftop's own directory will do",
    { settings: ["noexec:/tmp", "noexec:/var/tmp", "noexec:/run", "nodev", "noexec:/dev/shm"] },
  ],
  ["the root is read-only", { settings: ["readonly"] }],
  [
    "the root is read-only, and only /dev will do",
    { settings: ["noexec:/tmp", "noexec:/run", "noexec:/dev/shm", "readonly"] },
  ],
  ["$HOME is missing", { env: { HOME: "/nowhere" } }],
  ["$HOME is a file", { env: { HOME: "/etc/passwd" } }],
  ["$HOME is unset", { env: {} }],
  ["$HOME is empty, $TMPDIR nowhere", { env: { HOME: "", TMPDIR: "/nowhere" } }],
  ["$HOME can't be written to", { env: { HOME: "/proc" }, settings: ["readonly"] }],
  ["$NODE_OPTIONS is for other programs", { env: { HOME: "/root", NODE_OPTIONS: "--require=/nowhere.js" } }],
];
for (const [what, options] of odd) {
  test(`it measures where ${what}`, () => {
    const box = new Box("bookworm", options);
    measure(box);
    assert.deepEqual([box.written(), leftOnHost()], [[], []]);
  });
}

test("where files have no way to be without a name, they lose it at once", () => {
  const settings = ["noexec:/tmp", "noexec:/var/tmp", "noexec:/run", "nodev", "noexec:/dev/shm", "named:/mnt"];
  const box = new Box("bookworm", { env: { HOME: "/nowhere", TMPDIR: "/mnt" }, settings });
  measure(box);
  assert.deepEqual(box.written(), []);
});

/** No directory is both writable and allows execution. */
const HOPELESS = ["noexec:/tmp", "noexec:/run", "noexec:/dev/shm", "nodev", "readonly"];

test("where no directory will do, /proc is measured, and what is missing is said with what to do", () => {
  const { status, stdout, stderr } = new Box("bookworm", { settings: HOPELESS }).run("--json", "--count", "2");
  assert.equal(status, 0, "memtop lives on /proc");
  const last: Line = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  const { biotop, tcptop } = last.panes;
  assert.deepEqual([biotop?.state, tcptop?.state], ["live", "failed"], "biotop has /proc/PID/io");
  for (const pane of [biotop, tcptop]) {
    assert.match(pane?.why ?? "", /writable.*noexec.*\/dev\/shm \(noexec\).*\/var\/tmp \(read-only\)/);
    assert.match(pane?.advice ?? "", /TMPDIR/);
  }
  assert.match(stderr, /^bpftop: block: no BPF: no directory/m);
  assert.ok(last.use.some(({ resource, u }) => resource === "cpu" && Object.values(u).some((value) => value !== null)));
});

test("where no directory will do, the doctor says what to do", () => {
  const { status, stdout } = new Box("bookworm", { settings: HOPELESS }).run("doctor");
  assert.equal(status, 1);
  assert.match(stdout, /no\s+BPF:\s+no\s+directory[^!]*\/dev\/shm\s+\(noexec\)[^!]*> set TMPDIR/);
});

test("where no directory will do, the screen says so in the panes, and its USE rows live", async () => {
  const screen = new Box("bookworm", { settings: HOPELESS }).screen({ columns: 160, rows: 45 });
  await screen.until(/no directory is both writable.*\n.*\/dev\/shm \(noexec\)/);
  await screen.until(/cpu +[0-9.]+% busy/);
  screen.press("q");
  assert.equal(await screen.exitCode(), 0);
});

test("kill -9 leaves nothing behind, and the libraries have no name even while it runs", async () => {
  const box = new Box("bookworm");
  const child = box.start("--json");
  await once(child.stdout as NodeJS.ReadableStream, "data");
  const mapped = new Set(
    readFileSync(`/proc/${child.pid}/maps`, "utf8")
      .split("\n")
      .filter((line) => / r-xp /.test(line))
      .map((line) => line.split(/ +/).slice(5).join(" ")),
  );
  assert.equal([...mapped].filter((name) => name.endsWith("(deleted)")).length, 2, [...mapped].join("\n"));
  child.kill("SIGKILL");
  await once(child, "close");
  assert.deepEqual([box.written(), leftOnHost()], [[], []]);
});

test("an ordinary user is told to be root, and has what /proc shows", () => {
  const box = new Box("bookworm", { settings: ["user"] });
  const { status, stdout } = box.run("--json", "--count", "2");
  assert.equal(status, 0);
  const last: Line = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  const { biotop, tcptop } = last.panes;
  assert.deepEqual([biotop?.state, tcptop?.state], ["live", "failed"], "biotop has /proc/PID/io");
  for (const pane of [biotop, tcptop]) assert.match(pane?.advice ?? "", /root/);
  assert.ok((last.panes["memtop"]?.rows?.length ?? 0) > 0);
});
