/** The stacks that a stack screen shows, with their weights, from a view. Pure. */
import {
  type FunctionTotals,
  type StackNode,
  type WeighedStack,
  functionTotals,
  joinStacks,
  mergeStacks,
  nodesAlong,
} from "../../panes/kit/stackTree.ts";
import type { OffcpuData, OffcpuStack } from "../../sources/cpu/offcpu.ts";
import type { ProfData, ProfStack } from "../../sources/cpu/prof.ts";
import { type Frame, interruptOf } from "../../sources/symbols/frame.ts";
import type { View } from "../view.ts";
import { type StacksPlace, stackSource } from "./place.ts";

export interface Thread {
  readonly tid: number;
  readonly name: string;
  readonly weight: number;
}

export interface WakerStack extends WeighedStack {
  readonly comm: string;
  /** Undefined for an interrupt, whichever process it has hit. */
  readonly pid: number | undefined;
}

export interface WeighedView {
  /** Weights in ns: of CPU time, estimated from samples; or of waiting, measured. */
  readonly stacks: readonly WeighedStack[];
  readonly root: StackNode;
  readonly functions: readonly FunctionTotals[];
  /** Heaviest first, whichever is selected. */
  readonly threads: readonly Thread[];
  /** Samples, or waits. */
  readonly events: number;
  /** Waits that are not over yet. */
  readonly ongoing: number;
  /** For waits: who ended them, outermost first. */
  readonly wakers: readonly WakerStack[];
}

const remembered = new WeakMap<View, Map<string, WeighedView>>();

/** Undefined while the source has nothing to show. Made once for each view. */
export function weigh(place: StacksPlace, view: View): WeighedView | undefined {
  const key = `${place.mode} ${place.span} ${place.tid ?? ""} ${place.process?.pid ?? ""}`;
  const byKey = remembered.get(view) ?? new Map<string, WeighedView>();
  remembered.set(view, byKey);
  const known = byKey.get(key);
  if (known !== undefined) return known;
  const fresh = place.mode === "on-CPU" ? weighOnCpu(place, view) : weighOffCpu(place, view);
  if (fresh !== undefined) byKey.set(key, fresh);
  return fresh;
}

/** What the flame graph begins with: the zoomed function, or the deepest of its callers that still runs. */
export function rootOf(place: StacksPlace, { root }: WeighedView): StackNode {
  return nodesAlong(root, place.zoom).at(-1) ?? root;
}

function weighOnCpu(place: StacksPlace, view: View): WeighedView | undefined {
  const data = dataOf<ProfData>(place, view);
  if (data === undefined) return undefined;
  const nsPerSample = 1e9 / data.newer.hz;
  const before = samplesById(data.older);
  const stacks = data.newer.stacks
    .map((stack) => ({ stack, samples: stack.samples - (before.get(stack.id) ?? 0) }))
    .filter(({ samples }) => samples > 0);
  const chosen = stacks.filter(({ stack }) => isChosen(place, stack));
  return summarize({
    stacks: chosen.map(({ stack, samples }) => ({
      frames: joinStacks(stack.user, stack.kernel),
      weight: samples * nsPerSample,
    })),
    threads: stacks.map(({ stack, samples }) => ({
      tid: stack.tid,
      name: stack.thread,
      weight: samples * nsPerSample,
    })),
    events: chosen.reduce((sum, { samples }) => sum + samples, 0),
    ongoing: 0,
    wakers: [],
  });
}

const samplesById = (data: ProfData | undefined) => new Map(data?.stacks.map(({ id, samples }) => [id, samples]));

function weighOffCpu(place: StacksPlace, view: View): WeighedView | undefined {
  const data = dataOf<OffcpuData>(place, view);
  if (data === undefined) return undefined;
  const before = new Map(data.older?.stacks.map((stack) => [stack.id, stack]));
  const counted = countedBefore(data);
  const stacks = data.newer.stacks
    .map((stack) => {
      const was = before.get(stack.id);
      const waits = stack.waits - (was?.waits ?? 0);
      const grown = stack.waitNs - (was?.waitNs ?? 0);
      if (waits <= 0 || stack.ongoing) return { stack, ns: grown, waits };
      const earlier = Math.min(grown, counted.get(stack.place) ?? 0);
      counted.set(stack.place, (counted.get(stack.place) ?? 0) - earlier);
      return { stack, ns: grown - earlier, waits };
    })
    .filter(({ ns }) => ns > 0);
  const chosen = stacks.filter(({ stack }) => isChosen(place, stack));
  return summarize({
    stacks: chosen.map(({ stack, ns }) => ({ frames: joinStacks(stack.user, waitOf(stack.kernel)), weight: ns })),
    threads: stacks.map(({ stack, ns }) => ({ tid: stack.tid, name: stack.thread, weight: ns })),
    events: chosen.reduce((sum, { stack, waits }) => sum + (stack.ongoing ? 1 : waits), 0),
    ongoing: chosen.filter(({ stack }) => stack.ongoing).length,
    wakers: chosen.flatMap(({ stack, ns }) => wakerOf(stack, ns)),
  });
}

/** How the kernel lets a thread wait, whatever for: the same on every stack. */
const SCHEDULER = /^(__schedule|schedule|(io_|preempt_)?schedule_\w+|io_schedule|__cond_resched)(\.|$)/;

/** A kernel stack, innermost first, from what is waited for on. */
function waitOf(kernel: readonly Frame[]): readonly Frame[] {
  const first = kernel.findIndex(({ name }) => !SCHEDULER.test(name));
  return first < 0 ? kernel : kernel.slice(first);
}

/** What intervals before had of waits that have ended in this one, by place: it is not counted twice. */
function countedBefore({ newer, older }: { newer: OffcpuData; older: OffcpuData | undefined }): Map<string, number> {
  const goesOn = new Set(newer.stacks.filter(({ ongoing }) => ongoing).map(({ id }) => id));
  const counted = new Map<string, number>();
  for (const { id, place, ongoing, waitNs } of older?.stacks ?? []) {
    if (ongoing && !goesOn.has(id)) counted.set(place, (counted.get(place) ?? 0) + waitNs);
  }
  return counted;
}

function wakerOf({ waker }: OffcpuStack, weight: number): readonly WakerStack[] {
  if (waker === undefined) return [];
  const interrupt = interruptOf(waker.kernel);
  return interrupt === undefined
    ? [{ comm: waker.comm, pid: waker.pid, frames: joinStacks(waker.user, waker.kernel), weight }]
    : [{ comm: "an interrupt", pid: undefined, frames: interrupt.toReversed(), weight }];
}

function isChosen(place: StacksPlace, stack: ProfStack | OffcpuStack): boolean {
  return place.tid === undefined || stack.tid === place.tid;
}

/** Since the opening it is all that was counted; otherwise what was counted in the last interval. */
function dataOf<S>(place: StacksPlace, view: View): { readonly older: S | undefined; readonly newer: S } | undefined {
  const { source } = stackSource(place);
  if (place.span === "interval") return view.window(source) as { readonly older: S; readonly newer: S } | undefined;
  const newer = view.frame.snapshots[source]?.data as S | undefined;
  return newer === undefined ? undefined : { older: undefined, newer };
}

function summarize(
  parts: Pick<WeighedView, "stacks" | "events" | "ongoing" | "wakers"> & { readonly threads: readonly Thread[] },
): WeighedView {
  const threads = new Map<number, Thread>();
  for (const { tid, name, weight } of parts.threads) {
    threads.set(tid, { tid, name, weight: weight + (threads.get(tid)?.weight ?? 0) });
  }
  return {
    ...parts,
    threads: [...threads.values()].sort((a, b) => b.weight - a.weight || a.tid - b.tid),
    root: mergeStacks(parts.stacks),
    functions: functionTotals(parts.stacks),
  };
}
