/** The help for where one stands: the pane and its columns, then the keys. Pure. */
import type { Charts } from "../../panes/kit/charts.ts";
import { type Line, fitLine, line, span } from "../../panes/kit/line.ts";
import { fit, wrap } from "../../panes/kit/text.ts";
import type { AnyPane, Column } from "../../panes/pane.ts";
import { coverageOf } from "../../sources/source.ts";
import { fed } from "../fed.ts";
import { type Binding, BINDINGS, isTyping, keysLabel } from "../keymap.ts";
import { CHROME_LINES } from "../layout.ts";
import { type UiState, USE, placeOf, shownOf, subjectOf } from "../state.ts";
import type { Step } from "../tableKeys.ts";

const KEYS_WIDTH = 22;
const NAME_WIDTH = 12;

/** All of it; the screen shows a part. */
export function helpLines(state: UiState): readonly Line[] {
  const { columns } = state.size;
  const subject = subjectOf(state);
  return [
    ...(subject === USE ? useHelp(columns) : paneHelp(state, subject, columns)),
    [],
    ...keysHelp(subject, columns, state.charts),
  ];
}

export function scrollHelp(state: UiState, to: Step): UiState {
  const place = placeOf(state);
  if (place.kind !== "help") return state;
  const room = Math.max(1, state.size.rows - CHROME_LINES);
  const furthest = Math.max(0, helpLines(state).length - room);
  const top = Math.max(0, Math.min(furthest, to(Math.min(place.top, furthest), room, furthest + 1)));
  return { ...state, places: [state.places[0], ...state.places.slice(1, -1), { kind: "help", top }] };
}

function useHelp(width: number): readonly Line[] {
  const text = [
    "One row per resource, after the USE method: utilization (how busy it is), saturation (how much work waits for it) and errors.",
    "Saturation is the kernel's real waiting, such as run-queue latency, time in the block queue, pressure stalls, drops and retransmits. A number that was not measured is –, never 0.",
    "The line below says in words what is worst and who is likely to cause it. Enter on a row opens the pane that explains it; f shows all rows with their history.",
  ];
  return [line("USE summary", "title"), ...text.flatMap((part) => paragraph(part, width))];
}

function paneHelp(state: UiState, pane: AnyPane, width: number): readonly Line[] {
  const frame = shownOf(state)?.view.frame;
  const source = frame?.snapshots[fed(pane, frame).source];
  const coverage = source === undefined ? undefined : coverageOf(source.state);
  const how =
    coverage === undefined
      ? []
      : [`Measured at ${coverage.via.join(", ")}.`, ...coverage.unseen.map((what) => `Not seen: ${what}.`)];
  const head = [
    line(pane.name, "title"),
    line(pane.question, "strong"),
    ...how.flatMap((part) => paragraph(part, width)),
  ];
  if (pane.kind === "histogram") {
    const what = `Each bar is a power of two of the time of one ${pane.event}, with how many there were in the interval. p50 and p99 are known to within 12.5 %.`;
    return [...head, ...paragraph(what, width)];
  }
  const columns = (pane.columns as readonly Column<unknown>[]).filter(({ hidden }) => !hidden);
  return [
    ...head,
    [],
    line("Columns", "title"),
    ...columns.flatMap((column) => entry(column.heading, columnHelp(column), NAME_WIDTH, width)),
  ];
}

const columnHelp = ({ help, perSecond, unit }: Column<unknown>) =>
  `${help}${perSecond ? ", per second" : ""}${unit === "bytes" ? " (K is 1024)" : ""}`;

function keysHelp(subject: AnyPane | typeof USE, width: number, charts: Charts | undefined): readonly Line[] {
  const where = subject === USE ? "use" : subject.kind;
  const held = BINDINGS.filter(
    (binding) =>
      binding.where.includes(where) || (isTyping(binding) && (where === "table" || !binding.where.includes("filter"))),
  );
  const framed = charts?.table(
    held.map((binding) => ({ key: keysLabel(binding), "what it does": keyHelp(binding) })),
    width,
  );
  return [
    line("Keys", "title"),
    ...(framed ?? held.flatMap((binding) => entry(keysLabel(binding), keyHelp(binding), KEYS_WIDTH, width))),
  ];
}

const keyHelp = ({ help, where }: Binding) => (isTyping({ where }) ? `${help} (while typing)` : help);

/** A name and its explanation, wrapped beside it. */
function entry(name: string, text: string, nameWidth: number, width: number): readonly Line[] {
  const lines = wrap(text, Math.max(10, width - nameWidth - 3));
  return lines.map((part, i) => fitLine([span(`  ${fit(i === 0 ? name : "", nameWidth)} `, "key"), span(part)], width));
}

function paragraph(text: string, width: number): readonly Line[] {
  return wrap(text, width).map((part) => line(part));
}
