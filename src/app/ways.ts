/** Every way down from where one stands, to choose from. Pure. */
import { type Line, line, restyled, span } from "../panes/kit/line.ts";
import { processLabel } from "../panes/narrow.ts";
import type { ProcessId } from "../sources/process.ts";
import { processPlace, processUnderCursor } from "./drill.ts";
import { stacksOf } from "./stacks/place.ts";
import { type Place, placeOf, subjectOf, type UiState, USE, type WaysPlace } from "./state.ts";
import type { Step } from "./tableKeys.ts";

export interface Way {
  readonly label: string;
  readonly to: Place;
}

/** The first is where Enter leads by itself. */
export function waysFrom(state: UiState): readonly Way[] {
  const process = processHere(state);
  const whole: readonly Way[] = [
    { label: "on-CPU stacks of the whole machine", to: stacksOf(undefined, "on-CPU") },
    { label: "off-CPU stacks of the whole machine", to: stacksOf(undefined, "off-CPU") },
  ];
  return process === undefined ? whole : [...waysOf(process), ...whole];
}

function waysOf(process: ProcessId): readonly Way[] {
  const board = processPlace(process);
  const label = processLabel(process);
  return [
    { label: `everything about ${label}`, to: board },
    { label: `on-CPU stacks of ${label}`, to: stacksOf(process, "on-CPU") },
    { label: `off-CPU stacks of ${label}`, to: stacksOf(process, "off-CPU") },
    ...board.panes.map((pane, i): Way => ({ label: `${pane.name} of ${label}`, to: { ...board, focus: i + 1 } })),
  ];
}

/** The process of the row that the cursor is on, or that the screen is about. */
export function processHere(state: UiState): ProcessId | undefined {
  const place = placeOf(state);
  if (place.kind === "stacks") return place.process;
  const subject = subjectOf(state);
  if (subject !== USE && subject.kind === "table" && subject.process !== undefined)
    return processUnderCursor(state, subject);
  return place.kind === "process" ? place.process : undefined;
}

export function moveInWays(place: WaysPlace, to: Step): WaysPlace {
  const { length } = place.ways;
  return { ...place, row: Math.max(0, Math.min(length - 1, to(place.row, length, length))) };
}

export function waysLines({ ways, row }: WaysPlace, width: number): readonly Line[] {
  const items = ways.map(({ label }, i): Line => {
    const spans: Line = [span(i === 0 ? " Enter " : "       ", "key"), span(label)];
    return i === row ? restyled(spans, "selected", width) : spans;
  });
  return [line("Ways down from here", "title"), ...items];
}
