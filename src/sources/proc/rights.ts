/** What this process may do, and what bpftop needs it for. */
import { readNumber, readText } from "./files.ts";
import { threadsOf } from "./syscall.ts";

/** A capability that bpftop makes use of. */
export interface Right {
  /** As capabilities(7) has it. */
  readonly name: string;
  /** Its number in the kernel. */
  readonly bit: number;
  /**
   * `always`: without it nothing comes from BPF. `detail`: without it some details are not seen. `somewhere`: some
   * systems ask for it. `root`: only of use to user 0, who otherwise could not write where the files are not its own.
   */
  readonly when: "always" | "detail" | "somewhere" | "root";
  /** What it is for, in the user's words. */
  readonly why: string;
}

/** All that bpftop ever uses: the launcher lets go of every other. What each gives was found by taking it away. */
export const RIGHTS: readonly Right[] = [
  { name: "CAP_BPF", bit: 39, when: "always", why: "load BPF programs and read what they count" },
  { name: "CAP_PERFMON", bit: 38, when: "always", why: "attach them to the kernel, and sample the CPUs" },
  {
    name: "CAP_SYS_PTRACE",
    bit: 19,
    when: "detail",
    why: "other users' processes: their functions on stacks, where they wait",
  },
  {
    name: "CAP_DAC_READ_SEARCH",
    bit: 2,
    when: "detail",
    why: "other users' files: how many are open, symbols of private programs, tracefs",
  },
  { name: "CAP_SYSLOG", bit: 34, when: "detail", why: "names of kernel functions on stacks" },
  {
    name: "CAP_CHECKPOINT_RESTORE",
    bit: 40,
    when: "detail",
    why: "symbols of programs that were replaced while they run",
  },
  {
    name: "CAP_SYS_ADMIN",
    bit: 21,
    when: "somewhere",
    why: "sampling and kprobes where kernel.perf_event_paranoid is above 2 (Debian, Ubuntu); libbpf before 1.3",
  },
  {
    name: "CAP_SYS_RESOURCE",
    bit: 24,
    when: "somewhere",
    why: "before Linux 5.11, where BPF maps count as locked memory",
  },
  {
    name: "CAP_DAC_OVERRIDE",
    bit: 1,
    when: "root",
    why: "exports and recordings in your own directories when root runs it, tmux's clipboard",
  },
];

/** Of a process, as its `status` names them. */
export type CapabilitySet = "CapEff" | "CapPrm" | "CapInh" | "CapBnd" | "CapAmb";

/** The capabilities in effect, by number; undefined where /proc doesn't say. */
export type Held = Set<number> | undefined;

/** Of all threads of this process together. */
export function readHeld(root = ""): Held {
  const threads = threadsOf(`${root}/proc`, process.pid);
  const held = threads.map((tid) => parseHeld(readText(`${root}/proc/self/task/${tid}/status`) ?? ""));
  return held.reduce((all, one) => new Set([...(all ?? []), ...(one ?? [])]), undefined);
}

/** Whether no program that this process starts can get more rights than it has itself. */
export function hasNoNewPrivileges(root = ""): boolean {
  return /^NoNewPrivs:\s*1$/m.test(readText(`${root}/proc/self/status`) ?? "");
}

/** What this process and all that it starts could ever hold, beyond some capabilities; by number. */
export function heldBeyond(bits: readonly number[], root = ""): readonly number[] {
  const bounding = parseHeld(readText(`${root}/proc/self/status`) ?? "", "CapBnd");
  return [...(bounding ?? [])].filter((bit) => !bits.includes(bit));
}

/** The number of the newest capability that the kernel knows. */
export function lastCapability(root = ""): number {
  return readNumber(`${root}/proc/sys/kernel/cap_last_cap`) ?? 0;
}

/** From a process's `status`: what is in effect, or another of its sets. */
export function parseHeld(status: string, set: CapabilitySet = "CapEff"): Held {
  const mask = new RegExp(`^${set}:\\s*([0-9a-f]+)$`, "m").exec(status)?.[1];
  if (mask === undefined) return undefined;
  const bits = BigInt(`0x${mask}`);
  return new Set(Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => (bits >> BigInt(bit)) & 1n));
}

/** CAP_SYS_ADMIN stands for what was split off it. */
const STANDS_FOR: ReadonlySet<string> = new Set(["CAP_BPF", "CAP_PERFMON", "CAP_SYSLOG", "CAP_CHECKPOINT_RESTORE"]);

export function has(held: Held, right: Right): boolean {
  return (
    held !== undefined &&
    (held.has(right.bit) || (held.has(rightNamed("CAP_SYS_ADMIN").bit) && STANDS_FOR.has(right.name)))
  );
}

/** Throws for one that bpftop has no use for. */
export function rightNamed(name: string): Right {
  const right = RIGHTS.find((one) => one.name === name);
  if (right === undefined) throw new Error(`bpftop makes no use of ${name}`);
  return right;
}

/** What is needed and not held. */
export function missingRights(held: Held): readonly Right[] {
  return RIGHTS.filter((right) => right.when === "always" && !has(held, right));
}

/** How much the kernel is closed to root, too: `none`, `integrity`, `confidentiality`; undefined where it doesn't say. */
export function readLockdown(root = ""): string | undefined {
  return /\[(\w+)\]/.exec(readText(`${root}/sys/kernel/security/lockdown`) ?? "")?.[1];
}
