import type { ProcessDetail, ThreadDetail } from "../../sources/proc/process.ts";
import type { SysData, SysInside } from "../../sources/sys/sys.ts";
import { deltaBy } from "../kit/delta.ts";
import { type Column, modeOf, tablePane } from "../pane.ts";
import { insideFor } from "./inside.ts";

interface ThreadRow extends ThreadDetail {
  /** Undefined where it is in none, or that is not known. */
  readonly inside: SysInside | undefined;
  /** Of a CPU. */
  readonly share: number;
}

const columns: readonly Column<ThreadRow>[] = [
  { id: "tid", heading: "TID", unit: "text", help: "Thread", get: (row) => String(row.tid), priority: 0 },
  {
    id: "thread",
    heading: "THREAD",
    unit: "text",
    help: "The thread's own name",
    get: (row) => row.comm,
    priority: 0,
    grow: true,
  },
  {
    id: "state",
    heading: "S",
    unit: "text",
    help: "State: R runs, S sleeps, D waits uninterruptibly",
    get: (row) => row.state,
    priority: 0,
  },
  {
    id: "userNs",
    heading: "USER",
    unit: "ns",
    perSecond: true,
    help: "CPU time in user space, in steps of 10 ms",
    get: (row) => row.userMs * 1e6,
  },
  {
    id: "systemNs",
    heading: "SYSTEM",
    unit: "ns",
    perSecond: true,
    help: "CPU time in the kernel, in steps of 10 ms",
    get: (row) => row.systemMs * 1e6,
  },
  {
    id: "cpuNs",
    heading: "CPU",
    unit: "ns",
    perSecond: true,
    help: "CPU time, in steps of 10 ms",
    get: (row) => (row.userMs + row.systemMs) * 1e6,
    hidden: true,
  },
  {
    id: "wchan",
    heading: "WAITS IN",
    unit: "text",
    help: "The kernel function it waits in",
    get: (row) => row.wchan,
    priority: 1,
  },
  {
    id: "call",
    heading: "IN CALL",
    unit: "text",
    help: "The system call it is in now",
    get: (row) => row.inside?.name,
    priority: 0,
  },
  {
    id: "callFor",
    heading: "SINCE",
    unit: "text",
    help: "How long it has been in it; > where it was there before bpftop looked",
    get: (row) => insideFor(row.inside),
    priority: 0,
  },
];

const keyOf = (row: ThreadDetail) => String(row.tid);

/** The threads of the process that is looked at: part of the process screen. */
export const threads = tablePane<ProcessDetail, ThreadRow>({
  name: "threads",
  question: "What do its threads do, and in which call are they?",
  resource: "cpu",
  source: "process",
  also: "sys",
  rows({ newer, older, seconds }, also) {
    const inside = new Map((also?.newer as SysData | undefined)?.inside.map((one) => [one.tid, one]));
    const moved = new Map(
      deltaBy(newer.threads, older.threads, keyOf, ["userMs", "systemMs"]).map((row) => [keyOf(row), row]),
    );
    return newer.threads.map((thread): ThreadRow => {
      const row = moved.get(keyOf(thread)) ?? { ...thread, userMs: 0, systemMs: 0 };
      return { ...row, inside: inside.get(row.tid), share: (row.userMs + row.systemMs) / (1000 * seconds) };
    });
  },
  rowKey: keyOf,
  below: ({ tid, share }) => ({ kind: "stacks", mode: modeOf(share), tid }),
  columns,
  sort: { column: "cpuNs", descending: true },
});
