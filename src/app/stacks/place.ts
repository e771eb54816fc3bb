/** The stack screen: what it looks at, and where one stands in it. Pure. */
import type { StackPath } from "../../panes/kit/stackTree.ts";
import type { StackMode } from "../../panes/pane.ts";
import type { ProcessId } from "../../sources/process.ts";
import type { Focus } from "../../sources/source.ts";

export type Picture = "flame" | "list" | "callers";

export interface StacksPlace {
  readonly kind: "stacks";
  /** Undefined for the whole machine. */
  readonly process: ProcessId | undefined;
  readonly mode: StackMode;
  readonly picture: Picture;
  /** Samples per second and CPU. */
  readonly hz: number;
  /** Since the screen was opened, or the last interval alone. */
  readonly span: "opened" | "interval";
  /** Only this thread; undefined for all. */
  readonly tid: number | undefined;
  /** The flame graph's root, from the outermost. */
  readonly zoom: StackPath;
  /** From the zoomed root. */
  readonly cursor: StackPath;
  /** Row of the list of functions, or of callers. */
  readonly row: number;
  /** The function whose callers and callees are shown. */
  readonly subject: string | undefined;
  readonly search: string;
  /** The search that one came with: Esc goes back to it, and then out. */
  readonly cameWith: string;
}

/** What of the stacks one is after. */
export interface Aim {
  readonly tid?: number | undefined;
  readonly search?: string | undefined;
}

export function stacksOf(process: ProcessId | undefined, mode: StackMode, { tid, search = "" }: Aim = {}): StacksPlace {
  const view = { picture: "flame", hz: 49, span: "opened", zoom: [], cursor: [], row: 0, subject: undefined } as const;
  return { kind: "stacks", process, mode, ...view, tid, search, cameWith: search };
}

/** The source that feeds the screen, and what it is to look at. */
export function stackSource(place: StacksPlace): { readonly source: string; readonly focus: Focus } {
  return { source: place.mode === "on-CPU" ? "prof" : "offcpu", focus: { pid: place.process?.pid, hz: place.hz } };
}
