import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { readKallsyms } from "../../src/sources/symbols/kallsyms.ts";

function rootWith(kallsyms: string): string {
  const root = mkdtempSync(path.join(tmpdir(), "bpftop-test-"));
  after(() => rmSync(root, { recursive: true }));
  mkdirSync(path.join(root, "proc"));
  writeFileSync(path.join(root, "proc/kallsyms"), kallsyms);
  return root;
}

test("kernel symbols: functions alone, in whatever order they stand, modules with their names", async () => {
  const lines = [
    "ffffffff81000200 T do_futex",
    "ffffffff81000000 t __schedule",
    "ffffffff81000300 D jiffies",
    "ffffffffc0002000 t nf_hook\t[nf_tables]",
    "ffffffff81000100 W weak_one",
  ];
  const table = await readKallsyms(rootWith(`${lines.join("\n")}\n`));
  assert.equal(table.size, 4);
  assert.deepEqual(table.find(0xffff81000005), { name: "__schedule", offset: 5 });
  assert.equal(table.find(0xffff81000180)?.name, "weak_one");
  assert.equal(table.find(0xffff81000300)?.name, "do_futex", "data are no functions");
  assert.equal(table.find(0xffffc0002010)?.name, "nf_hook [nf_tables]");
  assert.equal(table.find(0xffff80ffffff), undefined);
});

test("kernel symbols: where addresses are hidden that is said", async () => {
  await assert.rejects(readKallsyms(rootWith("0000000000000000 T do_futex\n")), /kptr_restrict/);
});
