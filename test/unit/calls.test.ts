import assert from "node:assert/strict";
import { test } from "node:test";
import { directCallTarget } from "../../src/sources/symbols/calls.ts";

test("x86-64: call rel32, forwards and backwards; an indirect call tells nothing", () => {
  assert.equal(directCallTarget(Buffer.from([0xe8, 0x10, 0, 0, 0]), 0x1000, "x64"), 0x1010);
  assert.equal(directCallTarget(Buffer.from([0xe8, 0xf0, 0xff, 0xff, 0xff]), 0x1000, "x64"), 0x0ff0);
  assert.equal(directCallTarget(Buffer.from([0x90, 0x90, 0x90, 0xff, 0xd0]), 0x1000, "x64"), undefined);
});

test("arm64: bl, forwards and backwards; blr tells nothing", () => {
  const bl = (words: number) => {
    const code = Buffer.alloc(5);
    code.writeUInt32LE(((0b100101 << 26) | (words & 0x3ffffff)) >>> 0, 1);
    return code;
  };
  assert.equal(directCallTarget(bl(4), 0x1000, "arm64"), 0x1000 - 4 + 16);
  assert.equal(directCallTarget(bl(-4), 0x1000, "arm64"), 0x1000 - 4 - 16);
  assert.equal(directCallTarget(Buffer.from([0, 0x00, 0x00, 0x3f, 0xd6]), 0x1000, "arm64"), undefined);
});
