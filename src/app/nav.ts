/** Where one stands and how one gets about. Pure. */
import type { AnyPane } from "../panes/pane.ts";
import type { UseRow } from "../panes/use/report.ts";
import { useRowKey } from "./history.ts";
import type { Where } from "./keymap.ts";
import { layoutOf, pageOf } from "./layout.ts";
import { type Place, USE, type UiState, placeOf, shownOf, subjectOf, subjectPlace, tableId, tableOf } from "./state.ts";
import { editFilter } from "./tableKeys.ts";

/** What keys act on where one stands. */
export function whereOf(state: UiState): Where {
  if (state.filtering) return "filter";
  if (placeOf(state).kind === "help") return "help";
  const subject = subjectOf(state);
  return subject === USE ? "use" : subject.kind;
}

/** Panes that can be seen now: the one that fills the screen, or a page of the overview. */
export function visiblePanes(state: UiState): readonly AnyPane[] {
  const place = subjectPlace(state);
  if (place.kind === "pane") return [place.pane];
  if (place.kind === "use") return [];
  const layout = layoutOf(state.size, shownOf(state)?.view.use.rows.length ?? 0, state.panes.length);
  const first = pageOf(state.focus, layout) * layout.perPage;
  return state.panes.slice(first, first + layout.perPage);
}

/** Into what has the focus: over the whole screen, or from a USE row to the pane that explains it. */
export function enter(state: UiState): UiState {
  const subject = subjectOf(state);
  const place = placeOf(state);
  if (subject !== USE) return place.kind === "pane" ? state : push(state, { kind: "pane", pane: subject, from: undefined });
  const row = selectedUseRow(state);
  const pane = state.panes.find(({ name }) => name === row?.pane);
  if (row === undefined || pane === undefined) return place.kind === "use" ? state : push(state, { kind: "use" });
  return push(state, { kind: "pane", pane, from: useRowName(row) });
}

/** What has the focus over the whole screen, and back. */
export function fill(state: UiState): UiState {
  if (placeOf(state).kind !== "overview") return pop(state);
  const subject = subjectOf(state);
  return push(state, subject === USE ? { kind: "use" } : { kind: "pane", pane: subject, from: undefined });
}

export function goBack(state: UiState): UiState {
  const place = placeOf(state);
  const subject = subjectOf(state);
  if (place.kind !== "help" && tableOf(state, tableId(subject)).filter !== "") return editFilter(state, () => "");
  return pop(state);
}

export function toggleHelp(state: UiState): UiState {
  return placeOf(state).kind === "help" ? pop(state) : push(state, { kind: "help", top: 0 });
}

/** To the next pane or the one before; the USE summary is one among them. */
export function movePane(state: UiState, by: 1 | -1): UiState {
  const subject = subjectOf(state);
  const now = subject === USE ? 0 : state.panes.indexOf(subject) + 1;
  const all = state.panes.length + 1;
  return pickPane(state, (now + by + all) % all);
}

export function pickPane(state: UiState, number: number): UiState {
  if (number > state.panes.length) return state;
  const focused = { ...state, focus: number };
  if (placeOf(state).kind === "overview") return focused;
  const pane = state.panes[number - 1];
  const place: Place = pane === undefined ? { kind: "use" } : { kind: "pane", pane, from: undefined };
  return { ...focused, places: [state.places[0], place] };
}

/** The row of the USE summary that the cursor is on. */
export function selectedUseRow(state: UiState): UseRow | undefined {
  const rows = shownOf(state)?.view.use.rows ?? [];
  const { cursor } = tableOf(state, USE);
  if (cursor === undefined) return rows[0];
  return rows.find((row) => useRowKey(row) === cursor.key) ?? rows[Math.min(cursor.index, rows.length - 1)];
}

export function useRowName({ resource, instance }: UseRow): string {
  return instance === "" ? resource : `${resource} ${instance}`;
}

/** `USE › disk vda › biotop`. */
export function breadcrumb(state: UiState): readonly string[] {
  const crumbs = state.places.flatMap((place): readonly string[] => {
    if (place.kind === "help") return ["help"];
    if (place.kind === "pane") return place.from === undefined ? [place.pane.name] : [place.from, place.pane.name];
    return place.kind === "use" ? ["all resources"] : [];
  });
  const subject = subjectOf(state);
  const focused = placeOf(state).kind === "overview" && subject !== USE ? [subject.name] : [];
  return ["USE", ...crumbs, ...focused];
}

function push(state: UiState, place: Place): UiState {
  const focus = place.kind === "pane" ? state.panes.indexOf(place.pane) + 1 : state.focus;
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
