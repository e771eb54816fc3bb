/** CPU time and scheduling totals, from /proc/stat. */
import { lines, words } from "./text.ts";

/** Since boot, in ms of one CPU. The kernel counts in ticks of 10 ms. Guest time is part of user time. */
export interface CpuTimes {
  readonly userMs: number;
  readonly niceMs: number;
  readonly systemMs: number;
  readonly idleMs: number;
  readonly iowaitMs: number;
  readonly irqMs: number;
  readonly softirqMs: number;
  /** Time that this virtual machine wanted to run and the hypervisor ran another. */
  readonly stealMs: number;
}

export interface CpuStat {
  readonly total: CpuTimes;
  /** The CPUs that are online, by number. */
  readonly cpus: readonly { readonly cpu: number; readonly times: CpuTimes }[];
  readonly contextSwitches: number;
  readonly forks: number;
  readonly softirqs: number;
  /** Threads on a CPU or waiting for one, at this moment. */
  readonly running: number;
  /** Threads in uninterruptible sleep for I/O, at this moment. */
  readonly blocked: number;
  /** Wall clock of the boot, in seconds since the epoch. */
  readonly bootedAt: number;
}

/** USER_HZ, which is 100 whatever the kernel's own tick. */
export const MS_PER_TICK = 10;

/** Undefined where there is no line for the CPUs. */
export function parseStat(text: string): CpuStat | undefined {
  let total: CpuTimes | undefined;
  const cpus: { cpu: number; times: CpuTimes }[] = [];
  const counters = new Map<string, number>();
  for (const line of lines(text)) {
    const [label = "", ...values] = words(line);
    if (label === "cpu") total = cpuTimes(values);
    else if (/^cpu\d+$/.test(label)) cpus.push({ cpu: Number(label.slice(3)), times: cpuTimes(values) });
    else counters.set(label, Number(values[0]));
  }
  if (total === undefined) return undefined;
  return {
    total,
    cpus,
    contextSwitches: counters.get("ctxt") ?? 0,
    forks: counters.get("processes") ?? 0,
    softirqs: counters.get("softirq") ?? 0,
    running: counters.get("procs_running") ?? 0,
    blocked: counters.get("procs_blocked") ?? 0,
    bootedAt: counters.get("btime") ?? 0,
  };
}

function cpuTimes(ticks: readonly string[]): CpuTimes {
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = ticks.map(
    (value) => Number(value) * MS_PER_TICK,
  );
  return {
    userMs: user,
    niceMs: nice,
    systemMs: system,
    idleMs: idle,
    iowaitMs: iowait,
    irqMs: irq,
    softirqMs: softirq,
    stealMs: steal,
  };
}

/** All time that is not idle, in ms; time stolen is neither busy nor idle. */
export function busyMs(times: CpuTimes): number {
  return times.userMs + times.niceMs + times.systemMs + times.irqMs + times.softirqMs;
}

/** Idle with or without I/O under way, in ms. */
export function idleMs(times: CpuTimes): number {
  return times.idleMs + times.iowaitMs;
}
