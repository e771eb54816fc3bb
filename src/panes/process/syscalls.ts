import type { SysCall, SysData } from "../../sources/sys/sys.ts";
import { deltaBy } from "../kit/delta.ts";
import { type Column, tablePane } from "../pane.ts";

const COUNTERS = ["calls", "errors", "timeNs"] as const;

const columns: readonly Column<SysCall>[] = [
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
    help: "Time inside, of all threads together; waiting is part of it",
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
];

/** The system calls of the process that is looked at: part of the process screen. */
export const syscalls = tablePane<SysData, SysCall>({
  name: "syscalls",
  question: "Which system calls take its time, and which fail?",
  resource: "cpu",
  source: "sys",
  rows: ({ newer, older }) => deltaBy(newer.calls, older.calls, (row) => row.id, COUNTERS),
  rowKey: (row) => row.id,
  process: (row) => row,
  columns,
  sort: { column: "timeNs", descending: true },
});
