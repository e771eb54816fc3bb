/** The way down: from a USE row to a pane, a process, its stacks. Pure. */
import type { AnyTable } from "../panes/kit/tableRows.ts";
import { narrowed } from "../panes/narrow.ts";
import type { AnyPane } from "../panes/pane.ts";
import { panesOfProcess } from "../panes/registry.ts";
import type { UseRow } from "../panes/use/report.ts";
import type { SchedData } from "../sources/cpu/sched.ts";
import { type ProcessId, processKey } from "../sources/process.ts";
import { type Mode, stacksOf } from "./stacks/place.ts";
import { type Cursor, type Place, type ProcessPlace, type UiState, shownOf, tableId, tableOf } from "./state.ts";
import { cursorIndex, shownRows } from "./tableKeys.ts";

/** A CPU's share from which a process is rather busy than waiting. */
const BUSY_SHARE = 0.3;

/** Where Enter leads from the row under the cursor: its process, or the stacks of the whole machine. */
export function belowRow(state: UiState, pane: AnyTable): Place {
  const process = processUnderCursor(state, pane);
  return process === undefined ? stacksOf(undefined, "on-CPU") : processPlace(process);
}

export function processPlace(process: ProcessId): ProcessPlace {
  const { pid, startMs, comm } = process;
  const panes = panesOfProcess.map((pane) => narrowed(pane, process));
  return { kind: "process", process: { pid, startMs, comm }, panes, focus: 0 };
}

/** Enter on a process: the stacks of what it mostly does. */
export function stacksOfProcess(state: UiState, process: ProcessId, mode?: Mode): Place {
  return stacksOf(process, mode ?? (isBusy(state, process) ? "on-CPU" : "off-CPU"));
}

function isBusy(state: UiState, process: ProcessId): boolean {
  const window = shownOf(state)?.view.window("sched");
  if (window === undefined) return true;
  const cpuNs = (data: SchedData) =>
    data.processes.find((candidate) => processKey(candidate) === processKey(process))?.cpuNs ?? 0;
  const ran = cpuNs(window.newer as SchedData) - cpuNs(window.older as SchedData);
  return ran / (window.seconds * 1e9) >= BUSY_SHARE;
}

export function processUnderCursor(state: UiState, pane: AnyTable): ProcessId | undefined {
  const rows = shownRows(state, pane)?.rows ?? [];
  const { cursor } = tableOf(state, tableId(pane));
  const row = rows[cursorIndex(cursor, rows.length, (i) => pane.rowKey(rows[i]))];
  return row === undefined ? undefined : pane.process?.(row);
}

/** The row of the first suspect: where the cursor stands when a USE row leads to a pane. */
export function cursorOnSuspect(state: UiState, pane: AnyPane, { suspects }: UseRow): Cursor | undefined {
  const suspect = suspects[0]?.process;
  if (pane.kind !== "table" || suspect === undefined) return undefined;
  const rows = shownRows(state, pane)?.rows ?? [];
  const index = rows.findIndex((row) => {
    const process: ProcessId | undefined = pane.process?.(row);
    return process !== undefined && processKey(process) === processKey(suspect);
  });
  const row = rows[index];
  return row === undefined ? undefined : { key: pane.rowKey(row), index };
}
