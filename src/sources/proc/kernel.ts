/** What the kernel shows of itself and lets this process have, beside its counters. */
import { closeSync, openSync, readSync } from "node:fs";
import { exists, readNumber, readText } from "./files.ts";

/** Enough of /proc/kallsyms to meet functions: the first symbols of x86-64 are offsets within a CPU's own data. */
const KALLSYMS_BYTES = 1 << 16;

/** Whether the kernel has BTF of itself, which BPF programs are fitted to it by. */
export function hasBtf(root = ""): boolean {
  return exists(`${root}/sys/kernel/btf/vmlinux`);
}

/** Whether the addresses of kernel functions are shown to this process. */
export function showsKernelSymbols(root = ""): boolean {
  let fd: number | undefined;
  try {
    fd = openSync(`${root}/proc/kallsyms`, "r");
    const text = Buffer.alloc(KALLSYMS_BYTES);
    let length = 0;
    for (let more = 1; more > 0 && length < KALLSYMS_BYTES; length += more)
      more = readSync(fd, text, length, KALLSYMS_BYTES - length, null);
    return /^0*[1-9a-f][0-9a-f]* [tTwW] /m.test(text.toString("latin1", 0, length));
  } catch {
    return false;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** kernel.kptr_restrict; undefined where it can't be read. */
export function kptrRestrict(root = ""): number | undefined {
  return readNumber(`${root}/proc/sys/kernel/kptr_restrict`);
}

/** Bytes of memory that this process may lock; undefined where there is no limit, or it is not told. */
export function lockedMemoryLimit(root = ""): number | undefined {
  const soft = /^Max locked memory\s+(\d+)\s/m.exec(readText(`${root}/proc/self/limits`) ?? "")?.[1];
  return soft === undefined ? undefined : Number(soft);
}
