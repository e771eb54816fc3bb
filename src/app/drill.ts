/** The way down: from a USE row to a pane, a process, its stacks. Pure. */
import type { AnyTable, Row } from "../panes/kit/tableRows.ts";
import { narrowed } from "../panes/narrow.ts";
import { type AnyPane, type Below, type StackMode, modeOf } from "../panes/pane.ts";
import { panesOfProcess } from "../panes/registry.ts";
import type { UseRow } from "../panes/use/report.ts";
import type { SchedData } from "../sources/cpu/sched.ts";
import { type ProcessId, processKey } from "../sources/process.ts";
import { selectedSlot } from "./slotKeys.ts";
import { type Aim, stacksOf } from "./stacks/place.ts";
import {
  type Cursor,
  type Place,
  type ProcessPlace,
  USE,
  type UiState,
  placeOf,
  shownOf,
  subjectOf,
  tableId,
  tableOf,
} from "./state.ts";
import { cursorIndex, shownRows } from "./tableKeys.ts";

/** Where Enter leads from the row or the bar under the cursor; undefined where there is none. */
export function belowCursor(state: UiState, pane: AnyPane): Place | undefined {
  if (pane.kind === "histogram") {
    const slot = selectedSlot(state, pane);
    return slot === undefined ? undefined : placeBelow(state, pane.below(slot), undefined);
  }
  const row = rowUnderCursor(state, pane);
  if (row === undefined) return undefined;
  const process: ProcessId | undefined = pane.process?.(row);
  const declared: Below | undefined = pane.below?.(row);
  if (declared !== undefined) return placeBelow(state, declared, process);
  const around = processAround(state);
  if (process === undefined) return stacksOf(around, "on-CPU");
  // Whoever looks at a process already goes on to its code.
  const isHere = around !== undefined && processKey(around) === processKey(process);
  return isHere ? stacksOfProcess(state, process) : processPlace(process);
}

function placeBelow(state: UiState, below: Below, ofRow: ProcessId | undefined): Place {
  if (below.kind === "pane") return { kind: "pane", pane: below.pane, from: undefined };
  const process = ofRow ?? processAround(state);
  return process === undefined
    ? stacksOf(undefined, below.mode ?? "on-CPU", below)
    : stacksOfProcess(state, process, below.mode, below);
}

/** The process whose screen one stands on or below. */
export function processAround({ places }: UiState): ProcessId | undefined {
  return places.findLast((place) => place.kind === "process")?.process;
}

/** The process of the row that the cursor is on, or that the screen is about. */
export function processHere(state: UiState): ProcessId | undefined {
  const place = placeOf(state);
  if (place.kind === "stacks") return place.process;
  const subject = subjectOf(state);
  const ofRow = subject !== USE && subject.kind === "table" ? processUnderCursor(state, subject) : undefined;
  return ofRow ?? processAround(state);
}

export function processPlace(process: ProcessId): ProcessPlace {
  const { pid, startMs, comm } = process;
  const panes = panesOfProcess.map((pane) => narrowed(pane, process));
  return { kind: "process", process: { pid, startMs, comm }, panes, focus: 0 };
}

/** Enter on a process: the stacks of what it mostly does. */
export function stacksOfProcess(state: UiState, process: ProcessId, mode?: StackMode, aim?: Aim): Place {
  return stacksOf(process, mode ?? modeOf(shareWanted(state, process) ?? 1), aim);
}

/** Share of a CPU that it had or waited for; undefined where that was not measured. */
export function shareWanted(state: UiState, process: ProcessId): number | undefined {
  const window = shownOf(state)?.view.window("sched");
  if (window === undefined) return undefined;
  const demandNs = (data: SchedData) => {
    const found = data.processes.find((candidate) => processKey(candidate) === processKey(process));
    return found === undefined ? 0 : found.cpuNs + found.runqWaitNs;
  };
  const wanted = demandNs(window.newer as SchedData) - demandNs(window.older as SchedData);
  return wanted / (window.seconds * 1e9);
}

function rowUnderCursor(state: UiState, pane: AnyTable): Row | undefined {
  const rows = shownRows(state, pane)?.rows ?? [];
  const { cursor } = tableOf(state, tableId(pane));
  return rows[cursorIndex(cursor, rows.length, (i) => pane.rowKey(rows[i]))];
}

export function processUnderCursor(state: UiState, pane: AnyTable): ProcessId | undefined {
  const row = rowUnderCursor(state, pane);
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
