import type { SchedData, SchedProcess } from "../../sources/cpu/sched.ts";
import { processKey } from "../../sources/process.ts";
import { deltaBy } from "../kit/delta.ts";
import { type Column, tablePane } from "../pane.ts";

const COUNTERS = ["cpuNs", "switchIns", "runqWaitNs"] as const;
const NS_PER_PERCENT = 1e7;

const columns: readonly Column<SchedProcess>[] = [
  {
    id: "cpuPercentSeconds",
    heading: "CPU",
    unit: "percent",
    perSecond: true,
    help: "Time on a CPU, of one CPU; several threads can have more than 100 %",
    get: (row) => row.cpuNs / NS_PER_PERCENT,
    priority: 0,
  },
  {
    id: "cpuNs",
    heading: "CPU TIME",
    unit: "ns",
    help: "Time on a CPU in the interval",
    get: (row) => row.cpuNs,
    priority: 3,
  },
  {
    id: "runqWaitNs",
    heading: "WAITED",
    unit: "ns",
    perSecond: true,
    help: "Time its threads were ready to run and waited for a CPU",
    get: (row) => row.runqWaitNs,
    hot: (nsPerSecond) => nsPerSecond >= 250e6,
    priority: 0,
  },
  {
    id: "runqWaitAvgNs",
    heading: "AVG WAIT",
    unit: "ns",
    help: "Average wait for a CPU",
    get: (row) => (row.switchIns > 0 ? row.runqWaitNs / row.switchIns : undefined),
    hot: (ns) => ns >= 10e6,
  },
  {
    id: "switchIns",
    heading: "SWITCHES",
    unit: "count",
    perSecond: true,
    help: "Times one of its threads was put on a CPU",
    get: (row) => row.switchIns,
  },
];

export const top = tablePane<SchedData, SchedProcess>({
  name: "top",
  question: "Who uses the CPUs, and who waits for them?",
  resource: "cpu",
  source: "sched",
  // Counted at every switch: a process that lived for a millisecond is here with its millisecond.
  rows: ({ newer, older }) => deltaBy(newer.processes, older.processes, processKey, COUNTERS),
  rowKey: processKey,
  process: (row) => row,
  columns,
  sort: { column: "cpuNs", descending: true },
});
