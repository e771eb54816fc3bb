/** The first line: where one stands, on which machine, when, and whether it is live. Pure. */
import { formatInterval } from "../../panes/kit/format.ts";
import { type Line, joined, lineWidth, span, spread } from "../../panes/kit/line.ts";
import { printable } from "../../panes/kit/text.ts";
import { breadcrumb } from "../nav.ts";
import { type UiState, shownOf } from "../state.ts";

const GAP = span("  ");

export function headerLine(state: UiState, label: string): Line {
  const { columns } = state.size;
  const crumbs: Line = [span("bpftop ", "strong"), span(breadcrumb(state).map(printable).join(" › "), "key")];
  const room = columns - lineWidth(crumbs) - 3;
  return spread(crumbs, joined(facts(state, label), GAP, room), columns);
}

/** The most important first: those that don't fit are left out from the end. */
function facts(state: UiState, label: string): readonly Line[] {
  const frame = shownOf(state)?.view.frame;
  const lost = Object.values(frame?.snapshots ?? {}).reduce((sum, snapshot) => sum + snapshot.lost, 0);
  return [
    liveness(state),
    [span("every ", "dim"), span(formatInterval(state.intervalMs / 1000))],
    // Nothing lost is worth a word too: it is the promise.
    [span("lost ", "dim"), span(String(lost), lost > 0 ? "warning" : "plain")],
    frame === undefined ? [] : [span(frame.host)],
    label === "" ? [] : [span(label, "dim")],
  ];
}

function liveness(state: UiState): Line {
  const now = state.latest?.view.frame.wallMs;
  if (state.frozen !== undefined) {
    return [span("FROZEN", "warning"), span(` at ${clock(state.frozen.sinceMs)}`), span(", p goes on", "dim")];
  }
  return now === undefined ? [span("starting", "dim")] : [span(clock(now))];
}

/** Local time of day. */
export function clock(wallMs: number): string {
  return new Date(wallMs).toTimeString().slice(0, 8);
}
