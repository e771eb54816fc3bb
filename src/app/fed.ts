/** A pane over the source that feeds it at an instant. Pure. */
import type { AnyPane } from "../panes/pane.ts";
import type { Frame } from "./feed.ts";

/** Every source that may feed a pane. */
export function sourcesOf(pane: AnyPane): readonly string[] {
  if (pane.kind !== "table") return [pane.source];
  return [pane.source, pane.also, pane.otherwise?.source].filter((source) => source !== undefined);
}

/** The pane itself, or where its source has failed the same over its other one. */
export function fed<P extends AnyPane>(pane: P, frame: Pick<Frame, "snapshots"> | undefined): P {
  if (pane.kind !== "table" || pane.otherwise === undefined || !hasFailed(pane.source, frame)) return pane;
  return { ...pane, ...pane.otherwise };
}

export function hasFailed(source: string, frame: Pick<Frame, "snapshots"> | undefined): boolean {
  return frame?.snapshots[source]?.state.kind === "failed";
}
