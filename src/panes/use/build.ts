import type { Window } from "../../sources/source.ts";
import type { UseReport } from "./report.ts";

/** The USE summary from whatever sources have a window. Pure. */
export function buildUseReport(_window: (source: string) => Window<unknown> | undefined): UseReport {
  return { rows: [], verdict: { severity: "unknown", text: "measuring", row: undefined } };
}

/** Ids of the sources that the summary is made from. */
export const useSources: readonly string[] = [];
