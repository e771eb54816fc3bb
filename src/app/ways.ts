/** Every way down from where one stands, to choose from. Pure. */
import { type Line, line, restyled, span } from "../panes/kit/line.ts";
import { processLabel } from "../panes/narrow.ts";
import { paneId } from "../panes/pane.ts";
import type { UseRow } from "../panes/use/report.ts";
import { type ProcessId, processKey } from "../sources/process.ts";
import { belowCursor, processAround, processHere, processPlace } from "./drill.ts";
import { stacksOf } from "./stacks/place.ts";
import { type Place, type UiState, USE, type Way, type WaysPlace, placeOf, subjectOf } from "./state.ts";
import type { Step } from "./tableKeys.ts";

const WHOLE: readonly Way[] = [
  { label: "on-CPU stacks of the whole machine", to: stacksOf(undefined, "on-CPU") },
  { label: "off-CPU stacks of the whole machine", to: stacksOf(undefined, "off-CPU") },
];

/** The first is where Enter leads by itself. `useRow` is the row of the USE summary that the cursor is on. */
export function waysFrom(state: UiState, useRow: UseRow | undefined): readonly Way[] {
  const subject = subjectOf(state);
  const { kind } = placeOf(state);
  if (subject === USE && useRow !== undefined && kind !== "process" && kind !== "stacks")
    return unique([...waysOfResource(state, useRow), ...WHOLE]);
  const default_ = subject === USE || kind === "stacks" ? undefined : belowCursor(state, subject);
  const first = default_ === undefined ? [] : [{ label: labelOf(default_), to: default_ }];
  const process = processHere(state);
  return unique([...first, ...(process === undefined ? [] : waysOf(process, processAround(state))), ...WHOLE]);
}

/** The pane that explains it, the others about it, its suspects. */
function waysOfResource({ tools }: UiState, row: UseRow): readonly Way[] {
  const panes = tools.filter(({ name, resource }) => name === row.pane || resource === row.resource);
  panes.sort((a, b) => Number(b.name === row.pane) - Number(a.name === row.pane));
  return [
    ...panes.map(
      (pane): Way => ({ label: `${pane.name}: ${pane.question}`, to: { kind: "pane", pane, from: undefined }, row }),
    ),
    ...row.suspects.flatMap(({ process }) => waysOf(process, undefined).slice(0, 3)),
  ];
}

function waysOf(process: ProcessId, around: ProcessId | undefined): readonly Way[] {
  const board = processPlace(process);
  const label = processLabel(process);
  const isHere = around !== undefined && processKey(around) === processKey(process);
  return [
    ...(isHere ? [] : [{ label: `everything about ${label}`, to: board }]),
    { label: `on-CPU stacks of ${label}`, to: stacksOf(process, "on-CPU") },
    { label: `off-CPU stacks of ${label}`, to: stacksOf(process, "off-CPU") },
    ...board.panes.map((pane, i): Way => ({ label: `${pane.name} of ${label}`, to: { ...board, focus: i + 1 } })),
  ];
}

function labelOf(place: Place): string {
  switch (place.kind) {
    case "pane":
      return `${paneId(place.pane)}: ${place.pane.question}`;
    case "process":
      return `everything about ${processLabel(place.process)}`;
    case "stacks": {
      const whose = place.process === undefined ? "the whole machine" : processLabel(place.process);
      const thread = place.tid === undefined ? "" : `, thread ${place.tid}`;
      const search = place.search === "" ? "" : `, ${place.search} painted`;
      return `${place.mode} stacks of ${whose}${thread}${search}`;
    }
    default:
      return place.kind;
  }
}

const unique = (ways: readonly Way[]) =>
  ways.filter(({ label }, i) => ways.findIndex((other) => other.label === label) === i);

export function moveInWays(place: WaysPlace, to: Step): WaysPlace {
  const { length } = place.ways;
  return { ...place, row: Math.max(0, Math.min(length - 1, to(place.row, length, length))) };
}

/** At most `height` lines; the chosen way is always among them. */
export function waysLines({ ways, row }: WaysPlace, width: number, height: number): readonly Line[] {
  const room = Math.max(1, height - 1);
  const top = Math.max(0, Math.min(ways.length - room, row - Math.floor(room / 2)));
  const items = ways.slice(top, top + room).map(({ label }, i): Line => {
    const spans: Line = [span(top + i === 0 ? " Enter " : "       ", "key"), span(label)];
    return top + i === row ? restyled(spans, "selected", width) : spans;
  });
  return [line("Ways down from here", "title"), ...items];
}
