/** What happens on a key, a frame or a resize. Pure: the next state, nothing else. */
import type { Charts } from "../panes/kit/charts.ts";
import type { StackMode } from "../panes/pane.ts";
import type { Outcome } from "./command/commands.ts";
import { actOnPrompt, openPrompt, typeIntoPrompt } from "./command/prompt.ts";
import type { Frame } from "./feed.ts";
import type { Extent, Instant, Leap } from "./past/past.ts";
import { NO_HISTORY, remember } from "./history.ts";
import { type Action, actionFor } from "./keymap.ts";
import { processHere } from "./drill.ts";
import { chooseWay, enter, fill, goBack, movePane, pickPane, push, replacePlace, toggleHelp, whereOf } from "./nav.ts";
import { moveSlot } from "./slotKeys.ts";
import { actOnStacks } from "./stacks/act.ts";
import { stacksOf } from "./stacks/place.ts";
import { type Size, USE, type UiState, placeOf, shownOf, subjectOf } from "./state.ts";
import { type Step, editFilter, move, reverseSort, sortBy } from "./tableKeys.ts";
import { scrollHelp } from "./ui/help.ts";
import { viewOf } from "./view.ts";
import { moveInWays } from "./ways.ts";

export type UiEvent =
  | { readonly kind: "frame"; readonly frame: Frame; readonly past?: Extent }
  /** The past that was asked for. */
  | { readonly kind: "instant"; readonly instant: Instant | undefined }
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: "charts"; readonly charts: Charts }
  | { readonly kind: "resize"; readonly size: Size };

/** Steps of + and -, in ms. */
const INTERVALS: readonly number[] = [100, 250, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000];
/** Longest filter: more than fits a line is a mistake, such as a paste. */
const FILTER_MOST = 60;

const STEPS = {
  up: (index) => index - 1,
  down: (index) => index + 1,
  pageUp: (index, page) => index - page,
  pageDown: (index, page) => index + page,
  first: () => 0,
  last: (_index, _page, length) => length - 1,
} as const satisfies Partial<Record<Action, Step>>;

export function update(state: UiState, event: UiEvent): UiState {
  switch (event.kind) {
    case "frame":
      return { ...withFrame(state, event.frame), past: event.past ?? state.past };
    case "instant":
      return showInstant(state, event.instant);
    case "message":
      return { ...state, message: event.text };
    case "resize":
      return { ...state, size: event.size };
    case "charts":
      return { ...state, charts: event.charts };
    case "paste":
      return state.prompt !== undefined
        ? typeIntoPrompt(state, event.text)
        : state.filtering
          ? typed(state, event.text)
          : state;
    case "key":
      return pressed(state.message === undefined ? state : { ...state, message: undefined }, event.key);
  }
}

function pressed(state: UiState, key: string): UiState {
  const action = actionFor(key, whereOf(state));
  const text = key === "space" ? " " : key;
  const isText = action === undefined && [...text].length === 1;
  if (state.prompt !== undefined) {
    if (isText) return typeIntoPrompt(state, text);
    return action === undefined ? state : comeOf(state, actOnPrompt(state, state.prompt, action));
  }
  if (action !== undefined) return act(state, action, key);
  return state.filtering && isText ? typed(state, text) : state;
}

function comeOf(state: UiState, outcome: Outcome): UiState {
  if ("state" in outcome) return outcome.state;
  const closed = { ...state, prompt: undefined };
  return "problem" in outcome ? { ...closed, message: outcome.problem } : act(closed, outcome.action, "");
}

function withFrame(state: UiState, frame: Frame): UiState {
  const view = viewOf(state.latest?.view.frame, frame);
  // The first frame has no window, so nothing in it was measured over time.
  const before = state.latest?.history ?? NO_HISTORY;
  const history = view.seconds === undefined ? before : remember(before, view.use);
  return { ...state, latest: { view, history } };
}

function typed(state: UiState, text: string): UiState {
  return editText(state, (before) => (before + text.replace(/\s+/g, " ")).slice(0, FILTER_MOST));
}

/** The filter of a table, or the search among stacks. */
function editText(state: UiState, edit: (text: string) => string): UiState {
  const place = placeOf(state);
  return place.kind === "stacks"
    ? replacePlace(state, { ...place, search: edit(place.search) })
    : editFilter(state, edit);
}

function act(state: UiState, action: Action, key: string): UiState {
  const place = placeOf(state);
  if (place.kind === "stacks" && !state.filtering) {
    const next = actOnStacks(place, shownOf(state)?.view, action);
    if (next !== undefined) return replacePlace(state, next);
  }
  switch (action) {
    case "up":
    case "down":
    case "pageUp":
    case "pageDown":
    case "first":
    case "last":
      return scroll(state, STEPS[action]);
    case "previousPane":
      return movePane(state, -1);
    case "nextPane":
      return movePane(state, 1);
    case "pickPane":
      return pickPane(state, Number(key));
    case "enter":
      return enter(state);
    case "ways":
      return chooseWay(state);
    case "fill":
      return fill(state);
    case "back":
      return goBack(state);
    case "onCpu":
    case "offCpu":
      return toStacks(state, action === "onCpu" ? "on-CPU" : "off-CPU");
    case "sortNext":
    case "sortRight":
      return sortBy(state, 1);
    case "sortLeft":
      return sortBy(state, -1);
    case "reverse":
      return reverseSort(state);
    case "filter":
      return { ...state, filtering: true };
    case "acceptFilter":
      return { ...state, filtering: false };
    case "clearFilter":
      return { ...editText(state, () => ""), filtering: false };
    case "erase":
      return editText(state, (text) => [...text].slice(0, -1).join(""));
    case "freeze":
      return freeze(state);
    case "stepBack":
      return leap(state, { frames: -1 });
    case "stepOn":
      return leap(state, { frames: 1 });
    case "minuteBack":
      return leap(state, { ms: -MINUTE_MS });
    case "minuteOn":
      return leap(state, { ms: MINUTE_MS });
    case "export":
      return { ...state, ask: { kind: "export" } };
    case "copy":
      return { ...state, ask: { kind: "copy" } };
    case "command":
      return openPrompt(state, "command");
    case "mark":
      return openPrompt(state, "note");
    case "slower":
      return withInterval(
        state,
        INTERVALS.find((step) => step > state.intervalMs),
      );
    case "faster":
      return withInterval(
        state,
        INTERVALS.findLast((step) => step < state.intervalMs),
      );
    case "help":
      return toggleHelp(state);
    // These mean something on a stack screen alone.
    case "left":
    case "right":
    case "otherMode":
    case "picture":
    case "callers":
    case "thread":
    case "span":
    case "frequency":
      return state;
    // While something is typed they are seen to above.
    case "run":
    case "cancel":
    case "complete":
    case "completeBack":
    case "takeCompletion":
      return state;
    // What these do is done to the terminal, by the screen.
    case "redraw":
    case "suspend":
    case "quit":
      return state;
  }
}

function scroll(state: UiState, step: Step): UiState {
  const place = placeOf(state);
  if (place.kind === "help") return scrollHelp(state, step);
  if (place.kind === "ways") return replacePlace(state, moveInWays(place, step));
  const subject = subjectOf(state);
  return subject !== USE && subject.kind === "histogram" ? moveSlot(state, subject, step) : move(state, step);
}

/** The stacks of the process that the cursor or the screen is on; where there is none, of the whole machine. */
function toStacks(state: UiState, mode: StackMode): UiState {
  return push(state, stacksOf(processHere(state), mode));
}

function freeze(state: UiState): UiState {
  if (state.frozen !== undefined) return { ...state, frozen: undefined };
  const shown = shownOf(state);
  return shown === undefined
    ? state
    : { ...state, frozen: { shown, sinceMs: shown.view.frame.wallMs, stepped: false } };
}

const MINUTE_MS = 60_000;

function leap(state: UiState, by: Leap): UiState {
  return { ...state, ask: { kind: "leap", leap: by } };
}

function showInstant(state: UiState, instant: Instant | undefined): UiState {
  if (instant === undefined) return { ...state, message: "there is no past yet" };
  const { at, wallMs } = instant.view.frame;
  const before = shownOf(state)?.view.frame.at;
  const frozen = { shown: instant, sinceMs: wallMs, stepped: true };
  if (at !== before) return { ...state, frozen };
  const isNewest = at === state.latest?.view.frame.at;
  const end = isNewest ? "this is the newest; p goes on with what comes" : "this is as far back as there is";
  return { ...state, frozen, message: end };
}

function withInterval(state: UiState, intervalMs: number | undefined): UiState {
  return intervalMs === undefined ? state : { ...state, intervalMs };
}
