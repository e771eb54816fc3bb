/** npm run test:package: the Debian package, installed, used and purged. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { ROOT } from "../screen/harness.ts";
import { EXECUTABLE } from "./box.ts";
import { System, version } from "./system.ts";

const DEB = path.join(ROOT, `dist/bpftop_${version}_amd64.deb`);
const FILES = [
  "/usr/bin/bpftop",
  "/usr/share/bash-completion/completions/bpftop",
  "/usr/share/doc/bpftop",
  "/usr/share/doc/bpftop/changelog.gz",
  "/usr/share/doc/bpftop/copyright",
  "/usr/share/fish/vendor_completions.d/bpftop.fish",
  "/usr/share/lintian/overrides/bpftop",
  "/usr/share/man/man8/bpftop.8.gz",
  "/usr/share/zsh/vendor-completions/_bpftop",
];

test("lintian has nothing to say", () => {
  const { status, stdout, stderr } = spawnSync("lintian", ["--allow-root", "--fail-on", "error,warning", DEB], {
    encoding: "utf8",
  });
  assert.deepEqual([status, stdout, stderr], [0, "", ""]);
});

test("made again, it is the same byte by byte", () => {
  const before = readFileSync(DEB);
  execFileSync("sh", ["-c", "umask 077; exec sh scripts/packageDeb.sh"], { cwd: ROOT, stdio: "pipe" });
  assert.ok(before.equals(readFileSync(DEB)));
});

test("nothing in the executable names the place where it was made", () => {
  assert.ok(!readFileSync(EXECUTABLE).includes(ROOT));
});

for (const suite of ["bullseye", "bookworm", "trixie"]) {
  const system = new System(suite, DEB);

  test(`${suite}: installed`, () => {
    // Minimal systems leave manuals out.
    system.run("apt-get -q update && apt-get -qy install --no-install-recommends man-db");
    const before = system.paths();
    assert.ok(before.length > 1000);
    system.run(`apt-get -qy install /mnt/${path.basename(DEB)}`);

    assert.equal(system.run("bpftop --version"), `bpftop ${version}\n`);
    assert.match(system.run("bpftop --help"), /^Usage: bpftop/m);
    assert.equal(system.run("man -w bpftop"), "/usr/share/man/man8/bpftop.8.gz\n");
    assert.match(system.run("man bpftop"), /^BPFTOP\(8\)[\s\S]*which resource is in trouble[\s\S]*--replay/);
    assert.match(system.run("man -k bpftop"), /^bpftop \(8\) +- which resource/);
    assert.deepEqual(
      system.changes(before).added.filter((file) => /bpftop/.test(file) && !/dpkg/.test(file)),
      FILES,
    );
    assert.equal(system.run("dpkg --verify bpftop"), "");
    assert.match(
      system.run("bash -c '. /usr/share/bash-completion/completions/bpftop; complete -p bpftop'"),
      /_bpftop/,
    );
    // Debian 13 has another bpftop, of a higher number.
    assert.doesNotMatch(system.run("apt-get -qs dist-upgrade"), /bpftop/);

    assert.equal(system.measure(), "");

    assert.equal(system.run("dpkg-query --control-list bpftop"), "md5sums\n", "no script runs at installation");
    system.run("apt-get -qy purge bpftop");
    assert.deepEqual(system.changes(before), { added: [], gone: [] });
  });
}
