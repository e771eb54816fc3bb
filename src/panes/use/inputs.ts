/** The sources that the USE summary is made from, and what happened to their counters. */
import type { SchedData } from "../../sources/cpu/sched.ts";
import type { BlockData } from "../../sources/disk/block.ts";
import type { SockData } from "../../sources/net/sock.ts";
import type { ProcData } from "../../sources/proc/data.ts";
import type { TasksData } from "../../sources/proc/tasks.ts";
import type { Window } from "../../sources/source.ts";

/** Undefined where a source has no window: off, failed, or read only once so far. */
export interface Inputs {
  readonly proc: Window<ProcData> | undefined;
  readonly sched: Window<SchedData> | undefined;
  readonly block: Window<BlockData> | undefined;
  readonly sock: Window<SockData> | undefined;
  readonly tasks: Window<TasksData> | undefined;
}

/** The types belong to the ids: each source is declared with both. */
export function inputsOf(window: (source: string) => Window<unknown> | undefined): Inputs {
  return {
    proc: window("proc") as Inputs["proc"],
    sched: window("sched") as Inputs["sched"],
    block: window("block") as Inputs["block"],
    sock: window("sock") as Inputs["sock"],
    tasks: window("tasks") as Inputs["tasks"],
  };
}

/** How much a counter rose; undefined where it was not read, or fell because it began anew. */
export function increase(newer: number | undefined, older: number | undefined): number | undefined {
  return newer === undefined || older === undefined || newer < older ? undefined : newer - older;
}

/** {@link increase} of one counter of a source within a window. */
export function increaseOf<S>(
  window: Window<S> | undefined,
  counter: (data: S) => number | undefined,
): number | undefined {
  return window && increase(counter(window.newer), counter(window.older));
}

/** {@link increaseOf} by the seconds of the window. */
export function rateOf<S>(window: Window<S> | undefined, counter: (data: S) => number | undefined): number | undefined {
  const total = increaseOf(window, counter);
  return window && total !== undefined ? total / window.seconds : undefined;
}

/** Part of a whole in percent, at most 100; undefined where either was not measured, or there is no whole. */
export function percentOf(part: number | undefined, whole: number | undefined): number | undefined {
  if (part === undefined || whole === undefined || whole <= 0) return undefined;
  return Math.min(100, (100 * part) / whole);
}
