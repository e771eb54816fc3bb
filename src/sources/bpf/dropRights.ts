/**
 * Root can do anything to a machine; bpftop needs little of that. What it has no use for is let go at the start, for
 * good: a fault in bpftop, or in what reads hostile names and files, then has that much less to work with.
 */
import { closeSync } from "node:fs";
import { isSea } from "node:sea";
import process from "node:process";
import { RIGHTS, heldBeyond, lastCapability, rightNamed } from "../proc/rights.ts";
import { koffi } from "./assets.ts";
import { libbpf } from "./libbpf.ts";
import { onlineCpus, openCpuClock } from "./perfEvent.ts";

const F_SETFD = 2;
const PR_CAPBSET_DROP = 24;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_CLEAR_ALL = 4;
/** Of the header of capget(2): the lower 32 bits of each set, then the upper. */
const CAPABILITY_VERSION_3 = 0x20080522;
/** Effective, permitted, inheritable. */
const SETS = 3;
const EFFECTIVE = 0;
const INHERITABLE = 2;

/** As C has them, of libc. */
interface Libc {
  readonly prctl: (option: number, a: number, b: number, c: number, d: number) => number;
  readonly capget: (header: Uint32Array, data: Uint32Array) => number;
  readonly capset: (header: Uint32Array, data: Uint32Array) => number;
  readonly fcntl: (fd: number, command: number, flags: number) => number;
  readonly execve: (path: string, argv: readonly (string | null)[], envp: readonly (string | null)[]) => number;
}

/**
 * Root begins again with only the capabilities of {@link RIGHTS}, and no way to more. A thread can only give up its own,
 * and Node has several before any JavaScript runs: so the limit is set, and the program started anew under it.
 * Returns where there is nothing to let go of, or the kernel or a container does not let it go.
 */
export function dropRights(): void {
  const used = RIGHTS.map(({ bit }) => bit);
  if (process.geteuid?.() !== 0 || lastCapability() < Math.max(...used)) return;
  // The program that was started anew.
  if (heldBeyond(used).length === 0) return;
  let libc: Libc;
  try {
    libc = load();
  } catch {
    return; // Without koffi there is no BPF either, and the screen says so.
  }
  const admin = rightNamed("CAP_SYS_ADMIN").bit;
  const beyond = heldBeyond(isNeeded(admin, libc) ? used : used.filter((bit) => bit !== admin));
  // Either all can be dropped or none: it takes CAP_SETPCAP, which goes with the others when the program starts anew.
  if (beyond.some((bit) => libc.prctl(PR_CAPBSET_DROP, bit, 0, 0, 0) !== 0)) return;
  libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  // What root's programs inherit is not bounded by the limit.
  changeSets(libc, (sets) => {
    sets[INHERITABLE] = 0;
    sets[INHERITABLE + SETS] = 0;
  });
  libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  // Node closes them to whatever it starts.
  for (const standard of [0, 1, 2]) libc.fcntl(standard, F_SETFD, 0);
  const own = isSea() ? process.argv.slice(2) : [...process.execArgv, ...process.argv.slice(1)];
  const environment = Object.entries(process.env).map(([name, value]) => `${name}=${value}`);
  libc.execve(process.execPath, [process.argv0, ...own, null], [...environment, null]);
}

/** libbpf 1.3 does without it: before, it failed where it wanted to look through the BTF of modules and might not. */
const isNeeded = (admin: number, libc: Libc) => libbpfVersion() < 1.03 || !canSampleWithout(admin, libc);

/** 1.1 as 1.01; NaN where libbpf is not there. */
function libbpfVersion(): number {
  try {
    const [, major, minor] = /^v(\d+)\.(\d+)/.exec(libbpf().version()) ?? [];
    return Number(major) + Number(minor) / 100;
  } catch {
    return Number.NaN;
  }
}

/**
 * Debian and Ubuntu ask for CAP_SYS_ADMIN where CAP_PERFMON is enough for other kernels (kernel.perf_event_paranoid
 * above 2): tried, with it put aside for a moment. Where it does not work with it either, it does without.
 */
function canSampleWithout(bit: number, libc: Libc): boolean {
  const before = changeSets(libc, (sets) => {
    const word = EFFECTIVE + (bit < 32 ? 0 : SETS);
    sets[word] = (sets[word] ?? 0) & ~(1 << (bit % 32));
  });
  if (before === undefined) return true;
  const without = canSample();
  changeSets(libc, (sets) => sets.set(before));
  return without || !canSample();
}

function canSample(): boolean {
  const fd = openCpuClock(onlineCpus()[0] ?? 0, 1);
  if (fd >= 0) closeSync(fd);
  return fd >= 0;
}

/** Changes this thread's capability sets; returns them as they were, undefined where they can't be had. */
function changeSets({ capget, capset }: Libc, change: (sets: Uint32Array) => void): Uint32Array | undefined {
  const header = new Uint32Array([CAPABILITY_VERSION_3, 0]);
  const before = new Uint32Array(2 * SETS);
  if (capget(header, before) !== 0) return undefined;
  const after = before.slice();
  change(after);
  return capset(header, after) === 0 ? before : undefined;
}

function load(): Libc {
  const libc = koffi().load("libc.so.6");
  const c = (declaration: string) => libc.func(declaration) as never;
  return {
    prctl: c("int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)"),
    capget: c("int capget(void *header, _Out_ uint32_t *data)"),
    capset: c("int capset(void *header, const uint32_t *data)"),
    fcntl: c("int fcntl(int fd, int command, int flags)"),
    execve: c("int execve(const char *path, const char **argv, const char **envp)"),
  };
}
