/** CPU time, memory and faults of every process, from /proc/PID/stat. */
import { readdir, readFile } from "node:fs/promises";
import { monotonicMs } from "../clock.ts";
import type { ProcessId } from "../process.ts";
import type { Snapshot, Source, SourceState } from "../source.ts";
import { MS_PER_TICK } from "./stat.ts";
import { parseTask } from "./task.ts";

export interface TasksData {
  readonly processes: readonly TaskUse[];
}

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

export const tasks: Source<TasksData> = tasksSource();

/** Read in the background, one pass after a reading: ~30 µs a process, of which little holds up the screen. */
function tasksSource(root = ""): Source<TasksData> {
  let state: SourceState = { kind: "off" };
  let latest: { readonly at: number; readonly data: TasksData } | undefined;
  let passing: Promise<void> | undefined;

  const pass = async () => {
    const processes = await readAll(root);
    latest = { at: monotonicMs(), data: { processes } };
  };
  return {
    id: "tasks",
    processes: (data) => data.processes,
    async attach() {
      if (state.kind === "live") return;
      state = {
        kind: "live",
        coverage: {
          via: ["/proc/PID/stat"],
          sinceMs: Date.now(),
          unseen: ["processes that live for less than an interval", "CPU time in steps of less than 10 ms"],
        },
      };
      await pass();
    },
    read(): Snapshot<TasksData> {
      if (state.kind === "live") passing ??= pass().finally(() => (passing = undefined));
      return {
        at: latest?.at ?? monotonicMs(),
        state,
        lost: 0,
        data: state.kind === "live" ? latest?.data : undefined,
      };
    },
    detach() {
      state = { kind: "off" };
      latest = undefined;
    },
  };
}

async function readAll(root: string): Promise<readonly TaskUse[]> {
  const pids = (await readdir(`${root}/proc`)).filter((name) => /^\d+$/.test(name));
  const found: TaskUse[] = [];
  for (const pid of pids) {
    const task = parseUse(await readFile(`${root}/proc/${pid}/stat`, "utf8").catch(() => ""));
    if (task !== undefined) found.push(task);
  }
  return found;
}

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
