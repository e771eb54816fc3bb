/** The first line: where one stands, on which machine, when, and whether it is live. Pure. */
import { formatDuration, formatInterval, formatValue } from "../../panes/kit/format.ts";
import { type Line, joined, lineWidth, span, spread } from "../../panes/kit/line.ts";
import { printable } from "../../panes/kit/text.ts";
import type { Frame } from "../feed.ts";
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
    whatItTakes(frame?.snapshots ?? {}),
    markNear(state),
    state.frozen === undefined ? [] : pastSize(state),
    [span("every ", "dim"), span(formatInterval(state.intervalMs / 1000))],
    // Nothing lost is worth a word too: it is the promise.
    [span("lost ", "dim"), span(String(lost), lost > 0 ? "warning" : "plain")],
    frame === undefined ? [] : [span(frame.host)],
    label === "" ? [] : [span(label, "dim")],
    state.frozen === undefined ? pastSize(state) : [],
  ];
}

/** Where several sources fail for want of the same thing, it is said above all panes. */
function whatItTakes(snapshots: Frame["snapshots"]): Line {
  const failed = Object.values(snapshots).flatMap(({ state }) => (state.kind === "failed" ? [state.advice] : []));
  const [advice] = failed;
  if (advice === undefined || failed.length < 2 || failed.some((other) => other !== advice)) return [];
  return [span(`${failed.length} not measured: ${advice}`, "warning")];
}

function liveness(state: UiState): Line {
  const now = state.latest?.view.frame.wallMs;
  if (state.frozen !== undefined) {
    const { sinceMs, stepped } = state.frozen;
    if (stepped) {
      const ago = formatDuration(Math.max(0, (now ?? sinceMs) - sinceMs) / 1000);
      return [span("HISTORY", "warning"), span(` ${clock(sinceMs)}, ${ago} ago`), span(", ] goes on", "dim")];
    }
    return [span("FROZEN", "warning"), span(` at ${clock(sinceMs)}`), span(", p goes on", "dim")];
  }
  return now === undefined ? [span("starting", "dim")] : [span(clock(now))];
}

/** How far back one can go, and what that takes of memory. */
function pastSize({ past }: UiState): Line {
  if (past === undefined || past.frames < 2) return [];
  return [
    span("history ", "dim"),
    span(`${formatDuration(past.ms / 1000)} ${formatValue(past.bytes, "bytes")}`, "dim"),
  ];
}

/** The note made at the instant that is shown, or since the one before it. */
function markNear(state: UiState): Line {
  const view = shownOf(state)?.view;
  const until = view?.frame.wallMs ?? 0;
  const mark = state.marks.findLast(
    ({ wallMs }) => wallMs <= until && wallMs > until - Math.max(view?.seconds ?? 0, 0.001) * 1000,
  );
  return mark === undefined
    ? []
    : [span("◆ ", "notice"), span(`${clock(mark.wallMs)} ${printable(mark.note)}`, "notice")];
}

/** Local time of day. */
export function clock(wallMs: number): string {
  return new Date(wallMs).toTimeString().slice(0, 8);
}
