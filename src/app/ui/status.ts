/** How a pane's data is got: state, hooks, since when, what was lost, what is not seen. Pure. */
import { formatDuration, formatInterval } from "../../panes/kit/format.ts";
import { type Line, joined, line, span } from "../../panes/kit/line.ts";
import { wrap } from "../../panes/kit/text.ts";
import { type Snapshot, coverageOf } from "../../sources/source.ts";
import type { AnyPane } from "../../panes/pane.ts";
import { fed } from "../fed.ts";
import type { View } from "../view.ts";
import { clock } from "./header.ts";

const SEPARATOR = span(" · ", "dim");

/** In one line; what does not fit is left out from the end. */
export function statusLine(pane: AnyPane, view: View, width: number): Line {
  return joined([instead(pane, view), ...parts(view, fed(pane, view.frame).source)], SEPARATOR, width);
}

/** Where another source stands in, in a word. */
function instead(pane: AnyPane, { frame }: View): Line {
  return fed(pane, frame) === pane ? [] : line("without BPF", "warning");
}

/** The whole of it, over as many lines as it takes. */
export function statusLines(pane: AnyPane, view: View, width: number): readonly Line[] {
  const { source } = fed(pane, view.frame);
  const snapshot = view.frame.snapshots[source];
  const coverage = snapshot === undefined ? undefined : coverageOf(snapshot.state);
  if (snapshot === undefined || coverage === undefined) return [statusLine(pane, view, width)];
  const first = view.frame.snapshots[pane.source]?.state;
  const missing = snapshot.state.kind === "degraded" ? snapshot.state.missing : [];
  const said = [
    ...(first?.kind === "failed" ? [`${first.why}; ${first.advice}`] : []),
    `${snapshot.state.kind} via ${coverage.via.join(", ")} · since ${clock(coverage.sinceMs)} · ${lostText(snapshot, view, source)}`,
    ...missing.map((what) => `missing: ${what}`),
    ...coverage.unseen.map((what) => `not seen: ${what}`),
  ];
  return said.flatMap((text) => wrap(text, width)).map((text) => line(text, "dim"));
}

function parts(view: View, source: string): readonly Line[] {
  const snapshot = view.frame.snapshots[source];
  if (snapshot === undefined) return [line(`no source ${source}`, "unknown")];
  const { state } = snapshot;
  if (state.kind === "off" || state.kind === "attaching") return [line(state.kind, "dim")];
  if (state.kind === "failed") return [line("failed", "critical"), line(state.why, "dim")];
  const { via, sinceMs, unseen } = state.coverage;
  const window = view.window(source);
  const missing = state.kind === "degraded" ? state.missing : [];
  return [
    line(state.kind, state.kind === "live" ? "ok" : "warning"),
    line(`${via[0] ?? "–"}${via.length > 1 ? ` +${via.length - 1}` : ""}`, "dim"),
    line(formatDuration(Math.max(0, view.frame.wallMs - sinceMs) / 1000), "dim"),
    window === undefined ? [] : line(formatInterval(window.seconds), "dim"),
    line(lostText(snapshot, view, source), snapshot.lost > 0 ? "warning" : "dim"),
    missing.length === 0 ? [] : line(`missing ${missing.join(", ")}`, "warning"),
    unseen.length === 0 ? [] : line(`${unseen.length} kind${unseen.length > 1 ? "s" : ""} not seen`, "dim"),
  ];
}

function lostText({ lost }: Snapshot<unknown>, view: View, source: string): string {
  const now = view.window(source)?.lost ?? 0;
  return now > 0 ? `lost ${lost} (${now} now)` : `lost ${lost}`;
}

/** What stands in place of the numbers while there are none, in words. */
export function absenceLines(source: string, view: View | undefined, width: number): readonly Line[] {
  const state = view?.frame.snapshots[source]?.state;
  const text = view === undefined ? "starting…" : absence(state, source);
  const advice = state?.kind === "failed" ? wrap(state.advice, width).map((part) => line(part)) : [];
  const style = state?.kind === "failed" ? "critical" : "dim";
  return [...wrap(text, width).map((part) => line(part, style)), ...advice];
}

function absence(state: Snapshot<unknown>["state"] | undefined, source: string): string {
  switch (state?.kind) {
    case undefined:
      return `there is no source ${source} here`;
    case "off":
      return "not measured at this instant, for nobody looked; begins with the next update, on a frozen screen after p";
    case "attaching":
      return "attaching to the kernel…";
    case "failed":
      return `not measured: ${state.why}`;
    default:
      return "measuring…";
  }
}
