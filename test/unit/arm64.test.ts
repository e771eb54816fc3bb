import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { before, test } from "node:test";
import { decoders } from "../../scripts/decoders.mjs";

const ROOT = path.join(import.meta.dirname, "../..");
const STEMS = globSync("*/*.bpf.c", { cwd: path.join(ROOT, "bpf") }).map((file) => file.replace(/\.bpf\.c$/, ""));
const bpftool = ["/usr/sbin/bpftool", "/usr/bin/bpftool"].find(existsSync) ?? "bpftool";

before(() => {
  execFileSync(process.execPath, ["scripts/build.mjs", "--arch", "arm64"], { cwd: ROOT });
});

for (const stem of STEMS) {
  test(`bpf/${stem}.bpf.c compiles for arm64, and shares the same structures with user space there`, () => {
    const object = path.join(ROOT, "dist/bpf-arm64", `${stem}.o`);
    const dump = execFileSync(bpftool, ["-j", "btf", "dump", "file", object], { maxBuffer: 1 << 26 }).toString();
    const here = readFileSync(path.join(ROOT, "src/sources/gen", `${stem}.ts`), "utf8");
    assert.equal(decoders(JSON.parse(dump), `bpf/${stem}.bpf.c`), here);
  });
}
