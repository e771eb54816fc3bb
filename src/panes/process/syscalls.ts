import type { SysCall, SysData, SysInside } from "../../sources/sys/sys.ts";
import { deltaBy } from "../kit/delta.ts";
import { type Column, tablePane } from "../pane.ts";
import { insideFor } from "./inside.ts";

/** What returned within the interval, and what has not returned yet. */
interface CallRow {
  readonly name: string;
  readonly calls: number;
  readonly errors: number;
  readonly topError: string | undefined;
  readonly timeNs: number;
  /** The threads in such a call now. */
  readonly inside: readonly SysInside[];
}

const COUNTERS = ["calls", "errors", "timeNs"] as const;

const columns: readonly Column<CallRow>[] = [
  {
    id: "name",
    heading: "CALL",
    unit: "text",
    help: "The system call",
    get: (row) => row.name,
    priority: 0,
    grow: true,
  },
  {
    id: "timeNs",
    heading: "TIME",
    unit: "ns",
    perSecond: true,
    help: "Time inside of calls that returned, of all threads together; waiting is part of it",
    get: (row) => row.timeNs,
    priority: 0,
  },
  {
    id: "calls",
    heading: "CALLS",
    unit: "count",
    perSecond: true,
    help: "Calls that returned",
    get: (row) => row.calls,
    priority: 0,
  },
  {
    id: "errors",
    heading: "ERRORS",
    unit: "count",
    perSecond: true,
    help: "Of these, calls that returned an error",
    get: (row) => row.errors,
    priority: 0,
  },
  {
    id: "topError",
    heading: "MOSTLY",
    unit: "text",
    help: "The most frequent error since it was opened",
    get: (row) => row.topError,
  },
  {
    id: "avgNs",
    heading: "AVG",
    unit: "ns",
    help: "Average time of a call",
    get: (row) => (row.calls > 0 ? row.timeNs / row.calls : undefined),
  },
  {
    id: "inside",
    heading: "INSIDE",
    unit: "count",
    help: "Threads that are in such a call now",
    get: (row) => row.inside.length,
    priority: 0,
  },
  {
    id: "longest",
    heading: "SINCE",
    unit: "text",
    help: "How long the first of them has been; > where it was there before bpftop looked",
    get: (row) => insideFor(row.inside.reduce(longer, undefined)),
    priority: 0,
  },
];

function longer(a: SysInside | undefined, b: SysInside): SysInside {
  return a === undefined || b.forMs > a.forMs ? b : a;
}

/** The system calls of the process that is looked at: part of the process screen. */
export const syscalls = tablePane<SysData, CallRow>({
  name: "syscalls",
  question: "Which system calls take its time, which fail, where does it hang now?",
  resource: "cpu",
  source: "sys",
  rows({ newer, older }) {
    const returned = deltaBy<SysCall, (typeof COUNTERS)[number]>(newer.calls, older.calls, (row) => row.id, COUNTERS);
    const rows = new Map<string, CallRow>(
      returned.map(({ name, calls, errors, topError, timeNs }) => [
        name,
        { name, calls, errors, topError, timeNs, inside: [] },
      ]),
    );
    const none = { calls: 0, errors: 0, topError: undefined, timeNs: 0 };
    for (const [name, inside] of Map.groupBy(newer.inside, ({ name }) => name))
      rows.set(name, { ...none, ...rows.get(name), name, inside });
    return [...rows.values()];
  },
  rowKey: (row) => row.name,
  // The kernel's functions bear the call's name: __x64_sys_futex, ksys_read.
  below: (row) => ({ kind: "stacks", search: `sys_${row.name.replace(/ .*/, "")}` }),
  columns,
  sort: { column: "timeNs", descending: true },
});
