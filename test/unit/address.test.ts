import assert from "node:assert/strict";
import { test } from "node:test";
import { addressText } from "../../src/sources/net/address.ts";

const INET = 2;
const INET6 = 10;

/** Four words as the kernel holds them: network order in memory, read little-endian. */
function words(...bytes: readonly number[]): readonly number[] {
  const memory = new Uint8Array(16);
  memory.set(bytes);
  return [...new Uint32Array(memory.buffer)];
}

test("IPv4", () => {
  assert.equal(addressText(INET, words(127, 0, 0, 1)), "127.0.0.1");
  assert.equal(addressText(INET, words(255, 254, 253, 252)), "255.254.253.252");
});

test("IPv6 is written as RFC 5952 wants it", () => {
  const cases: readonly [readonly number[], string][] = [
    [[...Array<number>(15).fill(0), 1], "::1"],
    [Array<number>(16).fill(0), "::"],
    [[0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0x12, 0x34, 0, 0, 0, 0, 0, 1], "fe80::1234:0:0:1"],
    [[0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], "2001:db8:0:1:1:1:1:1"],
    [[0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1], "2001:db8::1:0:0:1"],
    [[0x20, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "2001::"],
  ];
  for (const [bytes, text] of cases) assert.equal(addressText(INET6, words(...bytes)), text);
});

test("an IPv4 address in an IPv6 socket is shown as what it is", () => {
  assert.equal(addressText(INET6, words(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 1, 2, 3)), "10.1.2.3");
});
