/** Which sources the screen needs, and what the dear ones are to look at. Pure. */
import { useSourceOtherwise, useSources } from "../panes/use/build.ts";
import type { AnyPane } from "../panes/pane.ts";
import type { Focus } from "../sources/source.ts";
import { hasFailed, sourcesOf } from "./fed.ts";
import type { Frame } from "./feed.ts";
import { visiblePanes } from "./nav.ts";
import { stackSource } from "./stacks/place.ts";
import { type UiState, subjectPlace } from "./state.ts";

export interface Wanted {
  readonly sources: ReadonlySet<string>;
  /** Undefined where nothing dear is looked at. */
  readonly focus: Focus | undefined;
}

/** Often enough to see a thread's work, rarely enough to be free. */
const PROCESS_HZ = 49;

/** The other source of a pane only where it takes the place of the first. */
function neededBy(pane: AnyPane, frame: Frame | undefined): readonly string[] {
  const other = pane.kind === "table" ? pane.otherwise?.source : undefined;
  return sourcesOf(pane).filter((source) => source !== other || hasFailed(pane.source, frame));
}

/** The sources of the panes that can be seen, and what the USE summary and the place itself need. */
export function wantedBy(state: UiState): Wanted {
  const frame = state.latest?.view.frame;
  const sources = new Set([...useSources, ...visiblePanes(state).flatMap((pane) => neededBy(pane, frame))]);
  if (hasFailed(useSourceOtherwise.of, frame)) sources.add(useSourceOtherwise.source);
  const place = subjectPlace(state);
  if (place.kind === "stacks") {
    const { source, focus } = stackSource(place);
    return { sources: sources.add(source), focus };
  }
  const process = state.places.findLast(({ kind }) => kind === "process");
  if (process?.kind !== "process") return { sources, focus: undefined };
  return { sources: sources.add("process"), focus: { pid: process.process.pid, hz: PROCESS_HZ } };
}
