/** All that the screen depends on. Changed only by `update.ts`, drawn only by `ui/`. */
import type { Charts } from "../panes/kit/charts.ts";
import { type AnyPane, type Sort, paneId } from "../panes/pane.ts";
import type { UseRow } from "../panes/use/report.ts";
import type { ProcessId } from "../sources/process.ts";
import type { Ask, Mark, Prompt } from "./ask.ts";
import type { StacksPlace } from "./stacks/place.ts";
import type { History } from "./history.ts";
import type { Extent } from "./past/past.ts";
import type { View } from "./view.ts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** One instant as it is looked at. */
export interface Shown {
  readonly view: View;
  readonly history: History;
}

/** Where one stands; the places one came through are the breadcrumb. */
export type Place =
  | { readonly kind: "overview" }
  | { readonly kind: "use" }
  /** `from` names the USE row that led there. */
  | { readonly kind: "pane"; readonly pane: AnyPane; readonly from: string | undefined }
  | ProcessPlace
  | StacksPlace
  | WaysPlace
  | { readonly kind: "help"; readonly top: number };

/** Everything about one process: a board of panes of its own, narrowed to it. */
export interface ProcessPlace {
  readonly kind: "process";
  readonly process: ProcessId;
  readonly panes: readonly AnyPane[];
  /** 0 is the ways down to its stacks, then the panes. */
  readonly focus: number;
}

/** One way down. */
export interface Way {
  readonly label: string;
  readonly to: Place;
  /** The USE row that led there: the cursor then stands on its suspect. */
  readonly row?: UseRow;
}

/** A choice of places below this one. */
export interface WaysPlace {
  readonly kind: "ways";
  readonly ways: readonly Way[];
  readonly row: number;
}

export interface Cursor {
  readonly key: string;
  /** Where the row was: the cursor stays there when its row is gone. */
  readonly index: number;
}

/** What the user did to one table; kept while another one is looked at. */
export interface TableState {
  /** Undefined stays on the first row, whichever that is. */
  readonly cursor: Cursor | undefined;
  /** Undefined is the pane's own. */
  readonly sort: Sort | undefined;
  readonly filter: string;
}

export interface UiState {
  readonly size: Size;
  /** The panes of the overview. */
  readonly panes: readonly AnyPane[];
  /** Every pane that has a name to call it by. */
  readonly tools: readonly AnyPane[];
  readonly intervalMs: number;
  /** What the feed said last. */
  readonly latest: Shown | undefined;
  /** What is shown instead of the latest, and since when (wall clock, ms). */
  readonly frozen: Frozen | undefined;
  /** Never empty; the last is where one stands, the first is the overview. */
  readonly places: readonly [Place, ...Place[]];
  /** In the overview: 0 is the USE summary, then the panes. */
  readonly focus: number;
  /** By {@link tableId}. */
  readonly tables: Readonly<Record<string, TableState>>;
  /** Whether typed characters go to the filter. */
  readonly filtering: boolean;
  /** Undefined until they are loaded. */
  readonly charts: Charts | undefined;
  /** What is typed on the last line; undefined where nothing is. */
  readonly prompt: Prompt | undefined;
  /** What came of the last key, in words; gone at the next. */
  readonly message: string | undefined;
  /** In the order of their time. */
  readonly marks: readonly Mark[];
  /** Undefined until there is any. */
  readonly past: Extent | undefined;
  /** What this state asks for; the store takes it out and sees to it. */
  readonly ask: Ask | undefined;
}

/** What is shown instead of the latest. */
export interface Frozen {
  readonly shown: Shown;
  /** Wall clock, ms. */
  readonly sinceMs: number;
  /** Whether one has gone back or forth from where the screen was frozen. */
  readonly stepped: boolean;
}

export const UNTOUCHED: TableState = { cursor: undefined, sort: undefined, filter: "" };
/** Key of the USE summary among {@link UiState.tables}. */
export const USE = "use";

export function initialState(
  options: Pick<UiState, "size" | "panes" | "intervalMs"> & {
    readonly startPane: AnyPane | undefined;
    readonly tools?: readonly AnyPane[];
  },
): UiState {
  const { startPane, ...rest } = options;
  const overview: Place = { kind: "overview" };
  return {
    tools: options.panes,
    ...rest,
    latest: undefined,
    frozen: undefined,
    places: startPane === undefined ? [overview] : [overview, { kind: "pane", pane: startPane, from: undefined }],
    focus: startPane === undefined ? 0 : options.panes.indexOf(startPane) + 1,
    tables: {},
    filtering: false,
    charts: undefined,
    prompt: undefined,
    message: undefined,
    marks: [],
    past: undefined,
    ask: undefined,
  };
}

export function shownOf(state: UiState): Shown | undefined {
  return state.frozen?.shown ?? state.latest;
}

export function placeOf(state: UiState): Place {
  return state.places.at(-1) ?? state.places[0];
}

/** The place that the help is about, or that one stands in. */
export function subjectPlace(state: UiState): Place {
  return state.places.findLast(({ kind }) => kind !== "help" && kind !== "ways") ?? state.places[0];
}

/** The panes among which Tab and the numbers go. */
export function boardOf(state: UiState): readonly AnyPane[] {
  return state.places.findLast((place) => place.kind === "process")?.panes ?? state.panes;
}

/** What keys act on: a pane, or the USE summary. */
export function subjectOf(state: UiState): AnyPane | typeof USE {
  const place = subjectPlace(state);
  if (place.kind === "pane") return place.pane;
  if (place.kind === "process") return place.panes[place.focus - 1] ?? USE;
  if (place.kind === "use") return USE;
  return state.panes[state.focus - 1] ?? USE;
}

export function tableOf(state: UiState, id: string): TableState {
  return state.tables[id] ?? UNTOUCHED;
}

export function tableId(subject: AnyPane | typeof USE): string {
  return subject === USE ? USE : `pane ${paneId(subject)}`;
}
