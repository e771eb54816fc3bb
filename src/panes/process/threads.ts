import type { ProcessDetail, ThreadDetail } from "../../sources/proc/process.ts";
import { deltaBy } from "../kit/delta.ts";
import { type Column, tablePane } from "../pane.ts";

const columns: readonly Column<ThreadDetail>[] = [
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
];

const keyOf = (row: ThreadDetail) => String(row.tid);

/** The threads of the process that is looked at: part of the process screen. */
export const threads = tablePane<ProcessDetail, ThreadDetail>({
  name: "threads",
  question: "What do its threads do?",
  resource: "cpu",
  source: "process",
  rows({ newer, older }) {
    const moved = new Map(
      deltaBy(newer.threads, older.threads, keyOf, ["userMs", "systemMs"]).map((row) => [keyOf(row), row]),
    );
    return newer.threads.map((row) => moved.get(keyOf(row)) ?? { ...row, userMs: 0, systemMs: 0 });
  },
  rowKey: keyOf,
  columns,
  sort: { column: "cpuNs", descending: true },
});
