/** Where one stands and how one gets about. Pure. */
import type { AnyPane } from "../panes/pane.ts";
import type { UseRow } from "../panes/use/report.ts";
import { useRowKey } from "./history.ts";
import type { Where } from "./keymap.ts";
import { type Layout, layoutOf, pageOf } from "./layout.ts";
import { processLabel } from "../panes/narrow.ts";
import { belowCursor, cursorOnSuspect, stacksOfProcess } from "./drill.ts";
import { infoLines } from "./process/lines.ts";
import { stepOut } from "./stacks/moves.ts";
import {
  type Cursor,
  type Place,
  USE,
  type UiState,
  boardOf,
  placeOf,
  shownOf,
  subjectOf,
  subjectPlace,
  tableId,
  tableOf,
} from "./state.ts";
import { waysFrom } from "./ways.ts";
import { editFilter, worstIndex } from "./tableKeys.ts";

/** What keys act on where one stands. */
export function whereOf(state: UiState): Where {
  if (state.prompt !== undefined) return state.prompt.kind;
  if (state.filtering) return "filter";
  if (placeOf(state).kind === "help") return "help";
  const { kind } = placeOf(state);
  if (kind === "stacks" || kind === "ways") return kind;
  const subject = subjectOf(state);
  if (subject === USE) return kind === "process" ? "process" : "use";
  return subject.kind;
}

/** Panes that can be seen now: the one that fills the screen, or a page of the overview. */
export function visiblePanes(state: UiState): readonly AnyPane[] {
  const place = subjectPlace(state);
  if (place.kind === "pane") return [place.pane];
  if (place.kind === "use" || place.kind === "stacks") return [];
  const { panes: board, focus, layout } = boardLayout(state);
  const first = pageOf(focus, layout) * layout.perPage;
  return board.slice(first, first + layout.perPage);
}

/** Into what has the focus: over the whole screen, or from a USE row to the pane that explains it. */
export function enter(state: UiState): UiState {
  const subject = subjectOf(state);
  const place = placeOf(state);
  if (place.kind === "ways") {
    const way = place.ways[place.row];
    if (way === undefined) return state;
    const chosen = pop(state);
    return way.row !== undefined && way.to.kind === "pane"
      ? explained(chosen, way.row, way.to.pane)
      : push(chosen, way.to);
  }
  if (place.kind === "process" && subject === USE) return push(state, stacksOfProcess(state, place.process));
  if (subject !== USE) {
    if (place.kind !== "pane" && place.kind !== "process") {
      return push(state, { kind: "pane", pane: subject, from: undefined });
    }
    const below = belowCursor(state, subject);
    return below === undefined ? state : push(state, below);
  }
  const row = selectedUseRow(state);
  const pane = state.tools.find(({ name }) => name === row?.pane);
  if (row === undefined || pane === undefined) return place.kind === "use" ? state : push(state, { kind: "use" });
  return explained(state, row, pane);
}

/** The pane that explains a USE row, with its suspect under the cursor. */
function explained(state: UiState, row: UseRow, pane: AnyPane): UiState {
  const inPane = push(state, { kind: "pane", pane, from: useRowName(row) });
  const cursor = cursorOnSuspect(inPane, pane, row);
  return cursor === undefined ? inPane : withCursor(inPane, tableId(pane), cursor);
}

/** What has the focus over the whole screen, and back. */
export function fill(state: UiState): UiState {
  const { kind } = placeOf(state);
  if (kind !== "overview" && kind !== "process") return pop(state);
  const subject = subjectOf(state);
  if (subject === USE && kind === "process") return state;
  return push(state, subject === USE ? { kind: "use" } : { kind: "pane", pane: subject, from: undefined });
}

export function goBack(state: UiState): UiState {
  const place = placeOf(state);
  if (place.kind === "stacks") {
    const out = stepOut(place);
    return out === undefined ? pop(state) : replacePlace(state, out);
  }
  const subject = subjectOf(state);
  if (place.kind !== "help" && tableOf(state, tableId(subject)).filter !== "") return editFilter(state, () => "");
  return pop(state);
}

/** The choice of ways down. */
export function chooseWay(state: UiState): UiState {
  return push(state, { kind: "ways", ways: waysFrom(state, selectedUseRow(state)), row: 0 });
}

export function toggleHelp(state: UiState): UiState {
  return placeOf(state).kind === "help" ? pop(state) : push(state, { kind: "help", top: 0 });
}

/** To the next pane or the one before; the USE summary is one among them. */
export function movePane(state: UiState, by: 1 | -1): UiState {
  const subject = subjectOf(state);
  const board = boardOf(state);
  const now = subject === USE ? 0 : board.indexOf(subject) + 1;
  const all = board.length + 1;
  return pickPane(state, (now + by + all) % all);
}

export function pickPane(state: UiState, number: number): UiState {
  const place = placeOf(state);
  if (number > boardOf(state).length) return state;
  if (place.kind === "process") return replacePlace(state, { ...place, focus: number });
  const focused = { ...state, focus: number };
  if (place.kind === "overview") return focused;
  const pane = boardOf(state)[number - 1];
  const next: Place = pane === undefined ? { kind: "use" } : { kind: "pane", pane, from: undefined };
  // Beside a pane of a process stand the others of that process.
  const board = state.places.findLastIndex(({ kind }) => kind === "process");
  const below = state.places.slice(1, board + 1);
  return { ...focused, places: [state.places[0], ...below, next] };
}

/** The row of the USE summary that the cursor is on. */
export function selectedUseRow(state: UiState): UseRow | undefined {
  const rows = shownOf(state)?.view.use.rows ?? [];
  const { cursor } = tableOf(state, USE);
  if (cursor === undefined) return rows[worstIndex(state)];
  return rows.find((row) => useRowKey(row) === cursor.key) ?? rows[Math.min(cursor.index, rows.length - 1)];
}

export function useRowName({ resource, instance }: UseRow): string {
  return instance === "" ? resource : `${resource} ${instance}`;
}

/** `USE › disk vda › biotop`. */
export function breadcrumb(state: UiState): readonly string[] {
  const [, ...below] = state.places;
  const crumbs = below.flatMap((place, i) => crumbsOf(place, below[i - 1]));
  // In the overview the pane with the focus is where one stands, and where the way down began.
  const first = below[0];
  const subject = state.panes[state.focus - 1];
  const began = subject !== undefined && (first === undefined || (first.kind !== "pane" && first.kind !== "use"));
  return ["USE", ...(began ? [subject.name] : []), ...crumbs];
}

function crumbsOf(place: Place, before: Place | undefined): readonly string[] {
  switch (place.kind) {
    case "overview":
      return [];
    case "use":
      return ["all resources"];
    case "pane": {
      const name =
        place.pane.scope === undefined || before?.kind === "process"
          ? place.pane.name
          : `${place.pane.name} ${place.pane.scope}`;
      return place.from === undefined ? [name] : [place.from, name];
    }
    case "process":
      return [processLabel(place.process)];
    case "stacks": {
      const isKnown = before?.kind === "process";
      const whose = place.process === undefined ? "whole machine" : processLabel(place.process);
      return isKnown ? [place.mode] : [whose, place.mode];
    }
    case "ways":
    case "help":
      return [place.kind];
  }
}

/** The panes that stand side by side, which of them has the focus, and how they share the screen. */
export function boardLayout(state: UiState): {
  readonly panes: readonly AnyPane[];
  readonly focus: number;
  readonly layout: Layout;
} {
  const place = subjectPlace(state);
  if (place.kind === "process") {
    const lines = infoLines(state, place, state.size.columns).length;
    return { panes: place.panes, focus: place.focus, layout: layoutOf(state.size, lines - 1, place.panes.length) };
  }
  const layout = layoutOf(state.size, shownOf(state)?.view.use.rows.length ?? 0, state.panes.length);
  return { panes: state.panes, focus: state.focus, layout };
}

/** Where one stands, changed. */
export function replacePlace(state: UiState, place: Place): UiState {
  const [overview, ...others] = state.places;
  return { ...state, places: [overview, ...others.slice(0, -1), place] };
}

function withCursor(state: UiState, id: string, cursor: Cursor): UiState {
  return { ...state, tables: { ...state.tables, [id]: { ...tableOf(state, id), cursor } } };
}

export function push(state: UiState, place: Place): UiState {
  const isMain = place.kind === "pane" && state.panes.includes(place.pane);
  const focus = isMain ? state.panes.indexOf(place.pane) + 1 : state.focus;
  return { ...state, places: [...state.places, place], focus };
}

/** Out of a pane that a USE row led to, one stands on that row again. */
function pop(state: UiState): UiState {
  const [overview, ...others] = state.places;
  const left = others.at(-1);
  if (left === undefined) return state;
  const focus = left.kind === "pane" && left.from !== undefined ? 0 : state.focus;
  return { ...state, places: [overview, ...others.slice(0, -1)], focus, filtering: false };
}
