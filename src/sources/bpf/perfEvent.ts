/** Sampling: a software clock on every CPU that runs a BPF program at each tick. */
import { readFileSync } from "node:fs";
import { koffi } from "./assets.ts";

const PERF_EVENT_OPEN: Readonly<Record<string, number>> = { x64: 298, arm64: 241 };
const TYPE_SOFTWARE = 1;
const CPU_CLOCK = 0;
const ATTR_BYTES = 128;
/** attr.freq: the number beside it is a frequency, not a period. */
const FLAG_FREQ = 1 << 10;
const FLAG_CLOSE_ON_EXEC = 8;

type Syscall = (number: number, attr: Uint8Array, pid: number, cpu: number, group: number, flags: number) => number;

let syscall: Syscall | undefined;

/** Opens the clock on one CPU, for all processes. Returns the file descriptor, or a negative errno where it is refused. */
export function openCpuClock(cpu: number, hz: number): number {
  syscall ??= koffi()
    .load("libc.so.6")
    .func(
      "long syscall(long number, const void *attr, int pid, int cpu, int group, unsigned long flags)",
    ) as never as Syscall;
  const attr = new Uint8Array(ATTR_BYTES);
  const view = new DataView(attr.buffer);
  view.setUint32(0, TYPE_SOFTWARE, true);
  view.setUint32(4, ATTR_BYTES, true);
  view.setUint32(8, CPU_CLOCK, true);
  view.setUint32(16, hz, true);
  view.setUint32(40, FLAG_FREQ, true);
  const fd = syscall(PERF_EVENT_OPEN[process.arch] ?? -1, attr, -1, cpu, -1, FLAG_CLOSE_ON_EXEC);
  return fd < 0 ? -koffi().errno() : fd;
}

/** The CPUs that run now, as /sys/devices/system/cpu/online lists them: `0-3,5`. */
export function onlineCpus(root = ""): readonly number[] {
  const ranges = readFileSync(`${root}/sys/devices/system/cpu/online`, "utf8").trim().split(",");
  return ranges.flatMap((range) => {
    const [from = 0, to = from] = range.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}
