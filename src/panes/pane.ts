import type { Hist, Log2Slot } from "../sources/hist.ts";
import type { ProcessId } from "../sources/process.ts";
import type { Window } from "../sources/source.ts";
import type { Unit } from "../sources/units.ts";

/** The USE resources, in the order of the summary. */
export type Resource = "cpu" | "memory" | "disk" | "network" | "tcp" | "filesystem" | "limits";

/** What a cell can hold: a number in the column's unit, text, or undefined where nothing was measured (shown `–`). */
export type Cell = number | string | undefined;

/** One column of a table: the same declaration makes the screen, the sort, the filter, the JSON and the help. */
export interface Column<R> {
  /** JSON key, camelCase with its unit: `readBytes`, `latencyP99Ns`. Unique within the pane. */
  readonly id: string;
  /** At most 10 characters, upper case, as in top. */
  readonly heading: string;
  readonly unit: Unit;
  /** One line for the help screen: what it is and where it comes from. */
  readonly help: string;
  /** The interval's total (or text, or level), exact. */
  readonly get: (row: R) => Cell;
  /** The screen divides by the window's seconds; JSON keeps the total. */
  readonly perSecond?: boolean;
  /** The value from which the cell is painted as a warning, in what the screen shows. */
  readonly hot?: (shown: number, row: R) => boolean;
  /** Columns of low priority (0 first to stay) leave first on a narrow screen; default 1. */
  readonly priority?: number;
  /** The column that takes the spare width (one per pane; text). */
  readonly grow?: boolean;
  /** JSON only. */
  readonly hidden?: boolean;
  /** Drawn as a small log2 histogram instead of a number; `get` gives its event count for sort and JSON. */
  readonly hist?: (row: R) => Hist;
}

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

/** Stacks of running threads, or of waiting ones. */
export type StackMode = "on-CPU" | "off-CPU";

/** Share of a CPU from which a thread or a process is rather busy than waiting. */
export const BUSY_SHARE = 0.3;

/** The stacks of what somebody mostly does who wants this share of a CPU. */
export function modeOf(share: number): StackMode {
  return share >= BUSY_SHARE ? "on-CPU" : "off-CPU";
}

/** Where Enter leads, where that is not simply a row's process. */
export type Below =
  | { readonly kind: "pane"; readonly pane: AnyPane }
  /**
   * Stacks of the process that the row or the screen is about, else of the whole machine. Without a mode, of what it
   * mostly does. `search` paints functions, and says what share goes through them.
   */
  | { readonly kind: "stacks"; readonly mode?: StackMode; readonly tid?: number; readonly search?: string };

interface PaneBase {
  /** The tool's name as in the book: `biotop`. */
  readonly name: string;
  /** The one-line question it answers. */
  readonly question: string;
  readonly resource: Resource;
  /** Id of the source that feeds it. */
  readonly source: string;
  /** What the view is narrowed to, such as `fio[4242]`; undefined for the whole machine. */
  readonly scope?: string;
}

/** What feeds a table in place of its own source; its rows check what they are given. */
export interface Otherwise<R> {
  readonly source: string;
  readonly rows: (window: Window<unknown>) => readonly R[];
}

/** A tool whose answer is a table, usually by process. */
export interface TablePane<S, R> extends PaneBase {
  readonly kind: "table";
  /** `also` is the window of the source of that name. */
  readonly rows: (window: Window<S>, also?: Window<unknown>) => readonly R[];
  /** A second source that knows more about the rows; without it the rows are the same, with less in them. */
  readonly also?: string;
  /** Another source of the same rows, with fewer columns measured: for where the first has failed. */
  readonly otherwise?: Otherwise<R>;
  /** Stable identity of a row across intervals: the cursor stays on it. */
  readonly rowKey: (row: R) => string;
  /** Rows that belong to a process say which; its name and container are shown by the kit. */
  readonly process?: (row: R) => ProcessId | undefined;
  /** Where Enter leads from a row; without, to its process. */
  readonly below?: (row: R) => Below;
  readonly columns: readonly Column<R>[];
  readonly sort: Sort;
  /** A line of totals that must match an independent truth (e.g. all devices together). */
  readonly summary?: (window: Window<S>) => readonly SummaryItem[];
}

export interface SummaryItem {
  readonly label: string;
  readonly value: Cell;
  readonly unit: Unit;
  readonly perSecond?: boolean;
}

/** A tool whose answer is a distribution of one quantity. */
export interface HistogramPane<S> extends PaneBase {
  readonly kind: "histogram";
  readonly unit: Unit;
  /** What one event is: `wait`, `slice`. */
  readonly event: string;
  readonly hist: (window: Window<S>) => Hist;
  /** The same of one process alone. */
  readonly narrow?: (process: ProcessId) => HistogramPane<S>;
  /** The way down from a slot: a table of who is in it, or the code that leads to it. */
  readonly below: (slot: Log2Slot) => Below;
}

// biome-ignore lint/suspicious/noExplicitAny: the registry holds panes of every source and row type; each is checked where it is declared.
export type AnyPane = TablePane<any, any> | HistogramPane<any>;

/** Tells a narrowed pane from the whole one. */
export function paneId({ name, scope }: AnyPane): string {
  return scope === undefined ? name : `${name} ${scope}`;
}

/** Declares a table pane with its types checked. */
export function tablePane<S, R>(pane: Omit<TablePane<S, R>, "kind">): TablePane<S, R> {
  return { kind: "table", ...pane };
}

/** Declares a histogram pane with its types checked. */
export function histogramPane<S>(pane: Omit<HistogramPane<S>, "kind">): HistogramPane<S> {
  return { kind: "histogram", ...pane };
}
