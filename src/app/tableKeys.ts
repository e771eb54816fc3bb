/** Cursor, order and filter of the table that has the focus. Pure. */
import type { Column, Sort } from "../panes/pane.ts";
import { sortableColumns } from "../panes/kit/tableColumns.ts";
import { type AnyTable, PROCESS, type Row, type TableRows, tableRows } from "../panes/kit/tableRows.ts";
import { fed } from "./fed.ts";
import { useRowKey } from "./history.ts";
import { CHROME_LINES, layoutOf } from "./layout.ts";
import {
  type Cursor,
  type TableState,
  USE,
  type UiState,
  placeOf,
  shownOf,
  subjectOf,
  tableId,
  tableOf,
} from "./state.ts";

/** Where to: from the index of a row, the length of a page and how many rows there are. */
export type Step = (index: number, page: number, length: number) => number;

/** Moves the cursor of the table that has the focus. */
export function move(state: UiState, to: Step): UiState {
  const page = pageLength(state);
  const keys = rowKeys(state);
  if (keys === undefined || keys.length === 0) return state;
  const id = tableId(subjectOf(state));
  const { cursor } = tableOf(state, id);
  const isUse = subjectOf(state) === USE;
  const now = isUse && cursor === undefined ? worstIndex(state) : cursorIndex(cursor, keys.length, keys.at);
  const index = Math.max(0, Math.min(keys.length - 1, to(now, page, keys.length)));
  if (isUse) return withTable(state, id, { cursor: { key: keys.at(index), index } });
  // On the first row the cursor stays at the top, whoever gets there.
  return withTable(state, id, { cursor: index === 0 ? undefined : { key: keys.at(index), index } });
}

/** Where the cursor's row is now; where it is gone, whatever row is in its place. */
export function cursorIndex(cursor: Cursor | undefined, length: number, keyAt: (index: number) => string): number {
  if (cursor === undefined || length === 0) return 0;
  if (cursor.index < length && keyAt(cursor.index) === cursor.key) return cursor.index;
  for (let index = 0; index < length; index++) if (keyAt(index) === cursor.key) return index;
  return Math.min(cursor.index, length - 1);
}

/** First row shown so that the cursor's is in the middle, as far as the ends allow. */
export function firstRow(cursor: number, length: number, height: number): number {
  return Math.max(0, Math.min(length - height, cursor - Math.floor(height / 2)));
}

/** Until somebody moves it, the cursor of the USE summary is on the row that the verdict is about. */
export function worstIndex(state: UiState): number {
  const use = shownOf(state)?.view.use;
  const { row } = use?.verdict ?? {};
  return row === undefined
    ? 0
    : Math.max(
        0,
        (use?.rows ?? []).findIndex((one) => useRowKey(one) === useRowKey(row)),
      );
}

export function sortBy(state: UiState, by: 1 | -1): UiState {
  const pane = focusedTable(state);
  if (pane === undefined) return state;
  const ids = sortableColumns(pane);
  const { column } = sortOf(state, pane);
  const next = ids[(ids.indexOf(column) + by + ids.length) % ids.length];
  return next === undefined
    ? state
    : withTable(state, tableId(pane), { sort: { column: next, descending: !isText(pane, next) } });
}

export function reverseSort(state: UiState): UiState {
  const pane = focusedTable(state);
  if (pane === undefined) return state;
  const { column, descending } = sortOf(state, pane);
  return withTable(state, tableId(pane), { sort: { column, descending: !descending } });
}

export function editFilter(state: UiState, edit: (filter: string) => string): UiState {
  const id = tableId(subjectOf(state));
  return withTable(state, id, { filter: edit(tableOf(state, id).filter) });
}

export function sortOf(state: UiState, pane: AnyTable): Sort {
  return tableOf(state, tableId(pane)).sort ?? pane.sort;
}

/** The rows of a table as it is shown now; undefined before it has a window. */
export function shownRows(state: UiState, declared: AnyTable): TableRows | undefined {
  const view = shownOf(state)?.view;
  const pane = fed(declared, view?.frame);
  const window = view?.window(pane.source);
  if (view === undefined || window === undefined) return undefined;
  return tableRows(pane, window, {
    sort: sortOf(state, pane),
    filter: tableOf(state, tableId(pane)).filter,
    nameOf: view.nameOf,
    also: pane.also === undefined ? undefined : view.window(pane.also),
  });
}

function focusedTable(state: UiState): AnyTable | undefined {
  const subject = subjectOf(state);
  return subject !== USE && subject.kind === "table" ? subject : undefined;
}

function rowKeys(state: UiState): { readonly length: number; readonly at: (index: number) => string } | undefined {
  if (subjectOf(state) === USE) {
    const rows = shownOf(state)?.view.use.rows ?? [];
    return { length: rows.length, at: (index) => keyOr(rows[index], useRowKey) };
  }
  const pane = focusedTable(state);
  const rows = pane === undefined ? undefined : shownRows(state, pane)?.rows;
  if (pane === undefined || rows === undefined) return undefined;
  return { length: rows.length, at: (index) => keyOr(rows[index], pane.rowKey) };
}

const keyOr = <R>(row: R | undefined, keyOf: (row: R) => string) => (row === undefined ? "" : keyOf(row));

function pageLength(state: UiState): number {
  const { size, panes } = state;
  const around = placeOf(state).kind === "overview" ? 3 : CHROME_LINES + 4;
  if (placeOf(state).kind !== "overview") return Math.max(1, size.rows - around);
  const layout = layoutOf(size, shownOf(state)?.view.use.rows.length ?? 0, panes.length);
  return Math.max(1, (state.focus === 0 ? layout.useLines : (layout.gridHeights[0] ?? 0)) - around);
}

function isText(pane: AnyTable, column: string): boolean {
  if (column === PROCESS) return true;
  return (pane.columns as readonly Column<Row>[]).find(({ id }) => id === column)?.unit === "text";
}

function withTable(state: UiState, id: string, change: Partial<TableState>): UiState {
  return { ...state, tables: { ...state.tables, [id]: { ...tableOf(state, id), ...change } } };
}
