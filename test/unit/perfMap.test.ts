import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePerfMap } from "../../src/sources/symbols/perfMap.ts";

// Lines of real files.
const NODE = `1cd26bf83800 2b JS:~hot [eval]:1:13
7fbf50004280 370 JS:*hot [eval]:1:13
`;
const JDK_17 = `0x00007f5160ec71c0 0x0000000000000270 java.lang.Object jdk.internal.misc.Unsafe.getReferenceVolatile(java.lang.Object, long)
0x00007f5160ec7600 0x0000000000000178 long Spin.hottestMethod(long)
0x00007f5159401740 0x0000000000000140 void Spin.callsHottest()
`;

for (const [who, text, address, size, name] of [
  ["node --perf-basic-prof", NODE, 0x7fbf50004280, 0x370, "JS:*hot [eval]:1:13"],
  ["the JVM by jcmd Compiler.perfmap", JDK_17, 0x7f5160ec7600, 0x178, "long Spin.hottestMethod(long)"],
] as const) {
  test(`perf map as ${who} writes it`, () => {
    const symbols = parsePerfMap(text);
    assert.equal(symbols.size, text.trimEnd().split("\n").length, "every line");
    assert.deepEqual(symbols.find(address + size - 1), { name, offset: size - 1 });
    assert.equal(symbols.find(address + size), undefined, "no further than the function");
  });
}

test("what a JIT compiler has compiled again at the same place has its last name", () => {
  assert.equal(parsePerfMap("10 8 before\n10 8 after\n").find(0x12)?.name, "after");
});
