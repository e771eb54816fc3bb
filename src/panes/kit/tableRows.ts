/** Which rows of a table pane are shown, and in what order. Pure. */
import type { ProcessId, ProcessName } from "../../sources/process.ts";
import type { Window } from "../../sources/source.ts";
import { type AnyPane, type Cell, type Column, type Sort, paneId } from "../pane.ts";

export type AnyTable = Extract<AnyPane, { kind: "table" }>;
/** A row of whatever type its pane declares. */
export type Row = unknown;
export type NameOf = (process: ProcessId) => ProcessName | undefined;

/** Id by which rows are sorted after their process. */
export const PROCESS = "process";

export interface TableQuery {
  /** The window of the pane's second source. */
  readonly also?: Window<unknown> | undefined;
  readonly sort: Sort;
  /** Case does not matter; empty shows all. */
  readonly filter: string;
  readonly nameOf: NameOf;
}

export interface TableRows {
  readonly rows: readonly Row[];
  /** How many there are without the filter. */
  readonly total: number;
}

interface Remembered extends TableRows {
  readonly sort: Sort;
  readonly filter: string;
}

/** All rows of a window are made once, and sorted and filtered once for the same question. */
const allRows = new WeakMap<Window<unknown>, Map<string, readonly Row[]>>();
const answers = new WeakMap<Window<unknown>, Map<string, Remembered>>();

/** The rows of a window that pass the filter, sorted. */
export function tableRows(pane: AnyTable, window: Window<unknown>, query: TableQuery): TableRows {
  const byPane = kept(answers, window);
  const answer = byPane.get(paneId(pane));
  if (answer !== undefined && answer.filter === query.filter && answer.sort === query.sort) return answer;
  const all = rowsOf(pane, window, query.also);
  const needle = query.filter.toLowerCase();
  const passing =
    needle === ""
      ? all
      : all.filter((row) => textsOf(pane, row, query.nameOf).some((text) => text.toLowerCase().includes(needle)));
  const rows = sorted(pane, passing, query);
  const result = { rows, total: all.length, sort: query.sort, filter: query.filter };
  byPane.set(paneId(pane), result);
  return result;
}

function rowsOf(pane: AnyTable, window: Window<unknown>, also: Window<unknown> | undefined): readonly Row[] {
  const byPane = kept(allRows, window);
  let rows = byPane.get(paneId(pane));
  if (rows === undefined) {
    rows = pane.rows(window, also) as readonly Row[];
    byPane.set(paneId(pane), rows);
  }
  return rows;
}

function kept<V>(cache: WeakMap<Window<unknown>, Map<string, V>>, window: Window<unknown>): Map<string, V> {
  let byPane = cache.get(window);
  if (byPane === undefined) {
    byPane = new Map();
    cache.set(window, byPane);
  }
  return byPane;
}

function sorted(pane: AnyTable, rows: readonly Row[], { sort, nameOf }: TableQuery): readonly Row[] {
  const keyValue = sortValue(pane, sort.column, nameOf);
  const keyed = rows.map((row) => ({ row, value: keyValue(row), key: pane.rowKey(row) }));
  const direction = sort.descending ? -1 : 1;
  // Rows that are equal keep one order from tick to tick, whichever way they came.
  keyed.sort((a, b) => compare(a.value, b.value, direction) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ row }) => row);
}

function sortValue(pane: AnyTable, column: string, nameOf: NameOf): (row: Row) => Cell {
  if (column === PROCESS) return (row) => processText(pane.process?.(row), nameOf);
  const found = pane.columns.find(({ id }) => id === column) as Column<Row> | undefined;
  return found === undefined ? () => undefined : found.get;
}

/** What was not measured comes last, whichever the direction. */
function compare(a: Cell, b: Cell, direction: 1 | -1): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === "number" && typeof b === "number") return (a - b) * direction;
  const [left, right] = [String(a).toLowerCase(), String(b).toLowerCase()];
  return (left < right ? -1 : left > right ? 1 : 0) * direction;
}

/** Everything of a row that the filter looks into. */
function textsOf(pane: AnyTable, row: Row, nameOf: NameOf): readonly string[] {
  const texts = pane.columns
    .map((column) => column.get(row))
    .filter((cell): cell is string => typeof cell === "string");
  const process = pane.process?.(row);
  if (process === undefined) return texts;
  const name = nameOf(process);
  return [...texts, processText(process, nameOf), name?.cmdline ?? "", name?.container ?? ""];
}

/** `fio[4242]`; empty where the row belongs to no process. */
export function processText(process: ProcessId | undefined, nameOf: NameOf): string {
  return process === undefined ? "" : `${nameOf(process)?.comm ?? process.comm}[${process.pid}]`;
}
