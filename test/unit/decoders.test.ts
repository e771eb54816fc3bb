import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { decoders } from "../../scripts/decoders.mjs";
import type { Layout } from "../../src/sources/bpf/decode.ts";

// Beside the real ones, since generated modules import by relative path.
const GENERATED = path.join(import.meta.dirname, "../../src/sources/gen");
mkdirSync(GENERATED, { recursive: true });
const dir = mkdtempSync(path.join(GENERATED, "test-"));
after(() => rmSync(dir, { recursive: true }));

const SOURCE = `
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

typedef __u64 bytes_t;
struct inner { __s32 low; __u32 high; };
struct key { __u32 pid; char comm[16]; __u32 zero; };
struct value {
	bytes_t bytes;
	__s64 balance;
	__u16 port;
	__u8 flags;
	__s8 sign;
	__u32 pad;
	struct inner pair[2];
	__u64 slots[3];
	__s64 drifts[2];
	__u8 address[4];
	__u32 end;
};
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 77); __type(key, struct key); __type(value, struct value); } table SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 2); __type(key, __u32); __type(value, bytes_t); } numbers SEC(".maps");

const volatile __u32 wanted = 0;
__u64 lost = 0;
__u32 seen = 0;

SEC("raw_tp/sys_enter")
int program(void *context)
{
	struct key key = { .pid = wanted };
	struct value *value = bpf_map_lookup_elem(&table, &key);
	__u32 zero = 0;

	seen++;
	if (!value || !bpf_map_lookup_elem(&numbers, &zero))
		lost++;
	return 0;
}
char LICENSE[] SEC("license") = "Dual BSD/GPL";
`;

interface Value {
  readonly pair: readonly { readonly low: number; readonly high: number }[];
}
interface Generated {
  readonly key: Layout<{ readonly pid: number; readonly comm: string; readonly zero: number }>;
  readonly value: Layout<Value>;
  readonly maps: unknown;
  readonly bss: Readonly<Record<string, { readonly offset: number; readonly size: number }>>;
  readonly rodata: unknown;
}

function compiled(): Promise<Generated> {
  const file = (name: string) => path.join(dir, name);
  writeFileSync(file("little.bpf.c"), SOURCE);
  const include = `-I/usr/include/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;
  execFileSync("clang", ["-g", "-O2", "-target", "bpf", include, "-c", file("little.bpf.c"), "-o", file("little.tmp")]);
  execFileSync("/usr/sbin/bpftool", ["gen", "object", file("little.o"), file("little.tmp")]);
  const btf = JSON.parse(
    execFileSync("/usr/sbin/bpftool", ["-j", "btf", "dump", "file", file("little.o")], { encoding: "utf8" }),
  );
  writeFileSync(file("little.ts"), decoders(btf, "bpf/test/little.bpf.c"));
  return import(file("little.ts"));
}

test("what the C compiler laid out is what is read", async () => {
  const little = await compiled();

  assert.equal(little.key.size, 24);
  const key = Buffer.alloc(100);
  key.writeUInt32LE(0xffffffff, 8);
  key.write("caf\u00e9\0rest", 12);
  const view = (buffer: Buffer) => new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  assert.deepEqual(little.key.decode(view(key), 8), { pid: 0xffffffff, comm: "caf\u00e9", zero: 0 });

  assert.equal(little.value.size, 88);
  const value = Buffer.alloc(88);
  value.writeBigUInt64LE(2n ** 53n - 1n, 0);
  value.writeBigInt64LE(-5n, 8);
  value.writeUInt16LE(65535, 16);
  value.writeUInt8(200, 18);
  value.writeInt8(-1, 19);
  for (const [i, n] of [-1, 1, -2, 2].entries()) value.writeInt32LE(n, 24 + 4 * i);
  for (const [i, n] of [1n, 2n ** 33n, 3n].entries()) value.writeBigUInt64LE(n, 40 + 8 * i);
  for (const [i, n] of [-1n, -(2n ** 33n)].entries()) value.writeBigInt64LE(n, 64 + 8 * i);
  value.set([127, 0, 0, 1], 80);
  assert.deepEqual(little.value.decode(view(value), 0), {
    bytes: 2 ** 53 - 1,
    balance: -5,
    port: 65535,
    flags: 200,
    sign: -1,
    pad: 0,
    pair: [
      { low: -1, high: 1 },
      { low: -2, high: 2 },
    ],
    slots: [1, 2 ** 33, 3],
    drifts: [-1, -(2 ** 33)],
    address: [127, 0, 0, 1],
    end: 0,
  });
});

test("maps and variables come with their sizes and places", async () => {
  const little = await compiled();
  assert.deepEqual(little.maps, {
    table: { keySize: 24, valueSize: 88, maxEntries: 77 },
    numbers: { keySize: 4, valueSize: 8, maxEntries: 2 },
  });
  assert.deepEqual([little.bss["lost"]?.size, little.bss["seen"]?.size], [8, 4]);
  assert.notEqual(little.bss["lost"]?.offset, little.bss["seen"]?.offset);
  assert.deepEqual(little.rodata, { wanted: { offset: 0, size: 4 } });
});
