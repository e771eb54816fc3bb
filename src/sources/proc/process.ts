/** One process and its threads, as /proc shows them. */
import { readdirSync } from "node:fs";
import { monotonicMs } from "../clock.ts";
import type { ProcessId } from "../process.ts";
import type { Snapshot, Source, SourceState } from "../source.ts";
import { cgroupOf, containerOf } from "./container.ts";
import { readText } from "./files.ts";
import { MS_PER_TICK } from "./stat.ts";
import { parseTask } from "./task.ts";

export interface ProcessDetail extends ProcessId {
  /** `R`, `S`, `D` (uninterruptible), `Z` (zombie) and others. */
  readonly state: string;
  readonly parentPid: number;
  readonly parentComm: string | undefined;
  readonly uid: number | undefined;
  readonly cmdline: string | undefined;
  readonly cgroup: string | undefined;
  readonly container: string | undefined;
  readonly residentBytes: number | undefined;
  readonly swapBytes: number | undefined;
  /** Open file descriptors; undefined where they may not be listed. */
  readonly fds: number | undefined;
  readonly threads: readonly ThreadDetail[];
}

/** Cumulative since the thread began. */
export interface ThreadDetail {
  readonly tid: number;
  readonly comm: string;
  readonly state: string;
  /** In steps of 10 ms. */
  readonly userMs: number;
  readonly systemMs: number;
  /** Where in the kernel it waits; undefined where it runs or that is hidden. */
  readonly wchan: string | undefined;
}

/** A process with thousands of threads is listed up to here; reading more would hold up the screen. */
const MOST_THREADS = 256;
const UTIME = 14;
const STIME = 15;
const PPID = 4;
const STATE = 3;

export const processSource: Source<ProcessDetail> = procProcess();

function procProcess(root = ""): Source<ProcessDetail> {
  let pid: number | undefined;
  let sinceMs = 0;
  let attached = false;
  const state = (): SourceState =>
    attached && pid !== undefined
      ? { kind: "live", coverage: { via: [`/proc/${pid}`], sinceMs, unseen: [] } }
      : { kind: "off" };
  return {
    id: "process",
    async focus(on) {
      pid = on.pid;
      sinceMs = Date.now();
    },
    async attach() {
      if (!attached) sinceMs = Date.now();
      attached = true;
    },
    detach() {
      attached = false;
    },
    read(): Snapshot<ProcessDetail> {
      const data = attached && pid !== undefined ? readProcess(pid, root) : undefined;
      return { at: monotonicMs(), state: state(), lost: 0, data };
    },
  };
}

/** Undefined where the process is gone. */
export function readProcess(pid: number, root = ""): ProcessDetail | undefined {
  const dir = `${root}/proc/${pid}`;
  const stat = readText(`${dir}/stat`);
  const task = stat === undefined ? undefined : parseTask(stat);
  if (stat === undefined || task === undefined) return undefined;
  const parentPid = Number(fieldsOf(stat)[PPID - STATE]);
  const status = readText(`${dir}/status`) ?? "";
  const cgroup = cgroupOf(readText(`${dir}/cgroup`) ?? "");
  const kilobytes = (key: string) => numberAfter(status, key, 1024);
  return {
    pid,
    startMs: task.startMs,
    comm: task.comm,
    state: task.state,
    parentPid,
    parentComm: parseTask(readText(`${root}/proc/${parentPid}/stat`) ?? "")?.comm,
    uid: numberAfter(status, "Uid", 1),
    cmdline: readText(`${dir}/cmdline`)?.replaceAll("\0", " ").trim() || undefined,
    cgroup,
    container: cgroup === undefined ? undefined : containerOf(cgroup),
    residentBytes: kilobytes("VmRSS"),
    swapBytes: kilobytes("VmSwap"),
    fds: listing(`${dir}/fd`)?.length,
    threads: (listing(`${dir}/task`) ?? []).slice(0, MOST_THREADS).flatMap((tid) => readThread(dir, tid)),
  };
}

function readThread(dir: string, tid: string): readonly ThreadDetail[] {
  const stat = readText(`${dir}/task/${tid}/stat`);
  const task = stat === undefined ? undefined : parseTask(stat);
  if (stat === undefined || task === undefined) return [];
  const fields = fieldsOf(stat);
  const wchan = readText(`${dir}/task/${tid}/wchan`);
  return [
    {
      tid: task.pid,
      comm: task.comm,
      state: task.state,
      userMs: Number(fields[UTIME - STATE]) * MS_PER_TICK,
      systemMs: Number(fields[STIME - STATE]) * MS_PER_TICK,
      wchan: wchan === undefined || wchan === "0" || wchan === "" ? undefined : wchan,
    },
  ];
}

/** The fields from the third on: what comes before may hold spaces. */
const fieldsOf = (stat: string) => stat.slice(stat.lastIndexOf(")") + 2).split(" ");

function numberAfter(status: string, key: string, unit: number): number | undefined {
  const found = new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(status)?.[1];
  return found === undefined ? undefined : Number(found) * unit;
}

function listing(dir: string): readonly string[] | undefined {
  try {
    return readdirSync(dir);
  } catch {
    return undefined;
  }
}
