import type { TaskUse, TasksData } from "../../sources/proc/tasks.ts";
import { processKey } from "../../sources/process.ts";
import { type Column, tablePane } from "../pane.ts";

interface MemoryRow extends TaskUse {
  /** Within the interval; undefined for a process that began in it. */
  readonly grownBytes: number | undefined;
}

const columns: readonly Column<MemoryRow>[] = [
  {
    id: "residentBytes",
    heading: "RESIDENT",
    unit: "bytes",
    help: "Memory that it holds now, shared pages included",
    get: (row) => row.residentBytes,
    priority: 0,
  },
  {
    id: "grownBytes",
    heading: "GROWN",
    unit: "bytes",
    help: "How much more or less than an interval ago",
    get: (row) => row.grownBytes,
    priority: 0,
  },
  {
    id: "majorFaults",
    heading: "MAJFLT",
    unit: "count",
    perSecond: true,
    help: "Page faults that had to wait for a disk or swap",
    get: (row) => row.majorFaults,
    hot: (perSecond) => perSecond >= 100,
    priority: 0,
  },
  {
    id: "minorFaults",
    heading: "MINFLT",
    unit: "count",
    perSecond: true,
    help: "Page faults that were served from memory",
    get: (row) => row.minorFaults,
  },
];

export const memtop = tablePane<TasksData, MemoryRow>({
  name: "memtop",
  question: "Who holds the memory, and who is running after it?",
  resource: "memory",
  source: "tasks",
  rows({ newer, older }) {
    const before = new Map(older.processes.map((process) => [processKey(process), process]));
    // Kernel threads have no memory of their own.
    return newer.processes
      .filter(({ residentBytes }) => residentBytes > 0)
      .map((now) => {
        const was = before.get(processKey(now));
        return {
          ...now,
          grownBytes: was === undefined ? undefined : now.residentBytes - was.residentBytes,
          majorFaults: now.majorFaults - (was?.majorFaults ?? 0),
          minorFaults: now.minorFaults - (was?.minorFaults ?? 0),
        };
      });
  },
  rowKey: processKey,
  process: (row) => row,
  columns,
  sort: { column: "residentBytes", descending: true },
});
