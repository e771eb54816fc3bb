/** A pane over the source that feeds it at an instant. Pure. */
import type { AnyPane } from "../panes/pane.ts";
import type { Frame } from "./feed.ts";

/** The sources that a pane needs; the other one only where it takes the place of the first. */
export function neededBy(pane: AnyPane, frame: Pick<Frame, "snapshots"> | undefined): readonly string[] {
  if (pane.kind !== "table") return [pane.source];
  const other = hasFailed(pane.source, frame) ? pane.otherwise?.source : undefined;
  return [pane.source, pane.also, other].filter((source) => source !== undefined);
}

/** The pane itself, or where its source has failed the same over its other one. */
export function fed<P extends AnyPane>(pane: P, frame: Pick<Frame, "snapshots"> | undefined): P {
  if (pane.kind !== "table" || pane.otherwise === undefined || !hasFailed(pane.source, frame)) return pane;
  return { ...pane, ...pane.otherwise };
}

export function hasFailed(source: string, frame: Pick<Frame, "snapshots"> | undefined): boolean {
  return frame?.snapshots[source]?.state.kind === "failed";
}
