/** /proc/PID/task/TID/syscall: which system call a thread is blocked in. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";

/** The threads of a process now; none where it is gone. */
export function threadsOf(root: string, pid: number): readonly number[] {
  try {
    return readdirSync(`${root}/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

/** The number of the call that a thread is blocked in; undefined for one that runs, is gone or may not be looked at. */
export function blockedCall(root: string, pid: number, tid: number): number | undefined {
  try {
    return parseSyscall(readFileSync(`${root}/${pid}/task/${tid}/syscall`, "utf8"));
  } catch {
    return undefined;
  }
}

/** Undefined for `running`, and for -1: blocked, but in no call. */
export function parseSyscall(text: string): number | undefined {
  const nr = /^(\d+) /.exec(text)?.[1];
  return nr === undefined ? undefined : Number(nr);
}

/** Byte of an ELF file that tells its word size, and what it holds in a 32-bit one. */
const ELF_CLASS = 4;
const ELF_CLASS_32 = 1;

/** Whether a process runs a 32-bit program, whose calls have numbers of their own. */
export function is32Bit(root: string, pid: number): boolean {
  const head = new Uint8Array(ELF_CLASS + 1);
  try {
    const file = openSync(`${root}/${pid}/exe`, "r");
    readSync(file, head);
    closeSync(file);
  } catch {
    return false; // a kernel thread, or gone
  }
  return head[ELF_CLASS] === ELF_CLASS_32;
}
