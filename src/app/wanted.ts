/** Which sources the screen needs, and what the dear ones are to look at. Pure. */
import { useSourceOtherwise, useSources } from "../panes/use/build.ts";
import type { Focus } from "../sources/source.ts";
import { hasFailed, neededBy } from "./fed.ts";
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

/** The sources of the panes that can be seen, and what the USE summary and the place itself need. */
export function wantedBy(state: UiState): Wanted {
  const frame = state.latest?.view.frame;
  const sources = new Set([...useSources, ...visiblePanes(state).flatMap((pane) => neededBy(pane, frame))]);
  if (hasFailed(useSourceOtherwise.of, frame)) sources.add(useSourceOtherwise.source);
  const place = subjectPlace(state);
  if (place.kind === "stacks") {
    const { source, focus } = stackSource(place);
    // Who it is costs little, and is there at once when one goes back up, also where the screen is frozen.
    if (place.process !== undefined) sources.add("process");
    return { sources: sources.add(source), focus };
  }
  const process = state.places.findLast(({ kind }) => kind === "process");
  if (process?.kind !== "process") return { sources, focus: undefined };
  return { sources: sources.add("process"), focus: { pid: process.process.pid, hz: PROCESS_HZ } };
}
