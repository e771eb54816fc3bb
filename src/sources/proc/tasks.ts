/** CPU time, memory and faults of every process, from /proc/PID/stat. */
import { readFile } from "node:fs/promises";
import type { ProcessId } from "../process.ts";
import { type Pass, passSource } from "./passes.ts";
import { MS_PER_TICK } from "./stat.ts";
import { parseTask } from "./task.ts";

export type TasksData = Pass<TaskUse>;

/** Counts are cumulative since the process began. */
export interface TaskUse extends ProcessId {
  /** On a CPU, all threads together, those that have ended included; in steps of 10 ms. */
  readonly cpuMs: number;
  readonly residentBytes: number;
  /** Faults that had to read from a disk or swap. */
  readonly majorFaults: number;
  /** Faults that were served from memory. */
  readonly minorFaults: number;
}

const PAGE_BYTES = 4096;
const STATE = 3;
const MINFLT = 10;
const MAJFLT = 12;
const UTIME = 14;
const STIME = 15;
const RSS = 24;

export const tasks = passSource<TaskUse>({
  id: "tasks",
  via: ["/proc/PID/stat"],
  unseen: ["processes that live for less than an interval", "CPU time in steps of less than 10 ms"],
  read: async (dir) => parseUse(await readFile(`${dir}/stat`, "utf8").catch(() => "")),
});

/** Undefined for what is no such line, as of a process that is gone. */
export function parseUse(stat: string): TaskUse | undefined {
  const task = parseTask(stat);
  if (task === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const field = (number: number) => Number(fields[number - STATE]);
  return {
    pid: task.pid,
    startMs: task.startMs,
    comm: task.comm,
    cpuMs: (field(UTIME) + field(STIME)) * MS_PER_TICK,
    residentBytes: field(RSS) * PAGE_BYTES,
    majorFaults: field(MAJFLT),
    minorFaults: field(MINFLT),
  };
}
