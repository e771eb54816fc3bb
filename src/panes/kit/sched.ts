/** What runqlat and cpudist share: a process's own distribution, and who is in a slot of the machine's. Pure. */
import type { SchedData, SchedProcess } from "../../sources/cpu/sched.ts";
import { type Hist, type Log2Slot, coarseCount, coarseHist } from "../../sources/hist.ts";
import { type ProcessId, processKey } from "../../sources/process.ts";
import type { Window } from "../../sources/source.ts";
import { type Column, type TablePane, tablePane } from "../pane.ts";
import { deltaBy } from "./delta.ts";
import { formatValue } from "./format.ts";

/** Which of a process's two distributions. */
export type Distribution = "runqSlots" | "onCpuSlots";

/** The distribution of one process within a window. */
export function histOf(window: Window<SchedData>, process: ProcessId, which: Distribution): Hist {
  const of = (data: SchedData) => data.processes.find((candidate) => processKey(candidate) === processKey(process));
  const newer = of(window.newer);
  const older = of(window.older);
  const slots = (newer?.[which] ?? []).map((n, slot) => n - (older?.[which][slot] ?? 0));
  const [total, max] =
    which === "runqSlots" ? (["runqWaitNs", "runqMaxNs"] as const) : (["cpuNs", "onCpuMaxNs"] as const);
  return coarseHist(slots, (newer?.[total] ?? 0) - (older?.[total] ?? 0), newer?.[max] ?? 0, older?.[max] ?? 0);
}

interface SlotUser extends SchedProcess {
  readonly inSlot: number;
  readonly all: number;
}

/** The processes whose events lie in one slot, most first. */
export function inSlot(
  name: string,
  which: Distribution,
  event: string,
  slot: Log2Slot,
): TablePane<SchedData, SlotUser> {
  const columns: readonly Column<SlotUser>[] = [
    {
      id: "inSlot",
      heading: "IN SLOT",
      unit: "count",
      perSecond: true,
      help: `Its ${event}s of this length`,
      get: (row) => row.inSlot,
      priority: 0,
    },
    {
      id: "all",
      heading: "ALL",
      unit: "count",
      perSecond: true,
      help: `All of its ${event}s`,
      get: (row) => row.all,
      priority: 0,
    },
    {
      id: "runqWaitNs",
      heading: "WAITED",
      unit: "ns",
      perSecond: true,
      help: "Time it waited for a CPU",
      get: (row) => row.runqWaitNs,
    },
    { id: "cpuNs", heading: "CPU TIME", unit: "ns", perSecond: true, help: "Time on a CPU", get: (row) => row.cpuNs },
  ];
  return {
    ...tablePane<SchedData, SlotUser>({
      name,
      question: `Whose ${event}s are that long?`,
      resource: "cpu",
      source: "sched",
      rows: (window) => usersOf(window, which, slot),
      rowKey: processKey,
      process: (row) => row,
      columns,
      sort: { column: "inSlot", descending: true },
    }),
    scope: `${formatValue(slot.low, "ns")}–${formatValue(slot.high, "ns")}`,
  };
}

function usersOf({ newer, older }: Window<SchedData>, which: Distribution, slot: Log2Slot): readonly SlotUser[] {
  const before = new Map(older.processes.map((process) => [processKey(process), process]));
  return deltaBy(newer.processes, older.processes, processKey, ["cpuNs", "switchIns", "runqWaitNs"]).flatMap((row) => {
    const was = before.get(processKey(row))?.[which];
    const now = row[which].map((n, i) => n - (was?.[i] ?? 0));
    const users = coarseCount(now, slot);
    return users > 0 ? [{ ...row, inSlot: users, all: now.reduce((sum, n) => sum + n, 0) }] : [];
  });
}
