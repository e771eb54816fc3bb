import { readFileSync } from "node:fs";
import { endianness } from "node:os";

const AT_PAGESZ = 6n;
const ENTRY_BYTES = 16;

/** Bytes of a page of this kernel, from /proc/self/auxv: 4096, or 16 or 64 KiB on some arm64 and ppc64 kernels. Undefined where it can't be read. */
export function readPageBytes(root = ""): number | undefined {
  let auxv: Buffer;
  try {
    auxv = readFileSync(`${root}/proc/self/auxv`);
  } catch {
    return undefined;
  }
  const word = (at: number) => (endianness() === "LE" ? auxv.readBigUInt64LE(at) : auxv.readBigUInt64BE(at));
  for (let at = 0; at + ENTRY_BYTES <= auxv.length; at += ENTRY_BYTES) {
    if (word(at) === AT_PAGESZ) return Number(word(at + 8));
  }
  return undefined;
}
