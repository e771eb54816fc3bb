import type { SchedData, SchedProcess } from "../../sources/cpu/sched.ts";
import type { TasksData } from "../../sources/proc/tasks.ts";
import { type ProcessId, processKey } from "../../sources/process.ts";
import type { Window } from "../../sources/source.ts";
import { deltaBy } from "../kit/delta.ts";
import { type Column, tablePane } from "../pane.ts";

/** A process, or all that a process has begun within the interval under one name. */
interface TopRow extends ProcessId {
  readonly cpuNs: number;
  /** This and the next undefined where only /proc is to be had. */
  readonly switchIns: number | undefined;
  readonly runqWaitNs: number | undefined;
  /** `312 × true`: what the process began; undefined for the process itself. */
  readonly began: string | undefined;
}

const COUNTERS = ["cpuNs", "switchIns", "runqWaitNs"] as const;
const NS_PER_PERCENT = 1e7;
/** So many of one name are one row: nobody reads a list of processes that have all gone. */
const MANY = 3;

const columns: readonly Column<TopRow>[] = [
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
    get: ({ switchIns, runqWaitNs }) => (switchIns && runqWaitNs !== undefined ? runqWaitNs / switchIns : undefined),
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
  {
    id: "began",
    heading: "BEGAN",
    unit: "text",
    help: "Short-lived processes that it began in the interval; the row's numbers are theirs",
    get: (row) => row.began ?? "",
    priority: 0,
  },
];

export const top = tablePane<SchedData, TopRow>({
  name: "top",
  question: "Who uses the CPUs, and who waits for them?",
  resource: "cpu",
  source: "sched",
  rows: ({ newer, older }) => {
    const known = new Set(older.processes.map(processKey));
    const moved = deltaBy(newer.processes, older.processes, processKey, COUNTERS);
    const isNew = (process: SchedProcess) => !known.has(processKey(process));
    return [...moved.filter((process) => !isNew(process)).map(rowOf), ...folded(moved.filter(isNew))];
  },
  otherwise: { source: "tasks", rows: (window) => fromProc(window as Window<TasksData>) },
  rowKey: (row) => `${processKey(row)} ${row.began?.replace(/^\d+ /, "") ?? ""}`,
  process: (row) => row,
  columns,
  sort: { column: "cpuNs", descending: true },
});

function fromProc({ newer, older }: Window<TasksData>): readonly TopRow[] {
  return deltaBy(newer.processes, older.processes, processKey, ["cpuMs"]).flatMap(({ pid, startMs, comm, cpuMs }) =>
    cpuMs > 0
      ? [{ pid, startMs, comm, cpuNs: cpuMs * 1e6, switchIns: undefined, runqWaitNs: undefined, began: undefined }]
      : [],
  );
}

function rowOf({ pid, startMs, comm, cpuNs, switchIns, runqWaitNs }: SchedProcess): TopRow {
  return { pid, startMs, comm, cpuNs, switchIns, runqWaitNs, began: undefined };
}

/** Counted at every switch, so a process that lived for a millisecond is here with its millisecond: with its likes, under its parent. */
function folded(processes: readonly SchedProcess[]): readonly TopRow[] {
  const families = Map.groupBy(processes, ({ parent, comm }) => `${processKey(parent)} ${comm}`);
  return [...families.values()].flatMap((family): readonly TopRow[] => {
    const [first] = family;
    if (first === undefined || family.length < MANY) return family.map(rowOf);
    const sum = (counter: (typeof COUNTERS)[number]) => family.reduce((total, process) => total + process[counter], 0);
    const totals = { cpuNs: sum("cpuNs"), switchIns: sum("switchIns"), runqWaitNs: sum("runqWaitNs") };
    return [{ ...first.parent, ...totals, began: `${family.length} × ${first.comm}` }];
  });
}
