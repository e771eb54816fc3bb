/** Many stacks merged by what they have in common. Pure. */
import { type Frame, isCutShort } from "../../sources/symbols/frame.ts";

/** One stack and its weight: samples, or ns of waiting. */
export interface WeighedStack {
  /** Outermost first. */
  readonly frames: readonly Frame[];
  readonly weight: number;
}

/** A function in its place: all stacks that go through it there. */
export interface StackNode {
  readonly frame: Frame;
  /** Unique among its siblings, and the same from one interval to the next. */
  readonly key: string;
  /** Of the stacks that go through it. */
  readonly total: number;
  /** Of the stacks that end in it. */
  readonly self: number;
  /** Heaviest first. */
  readonly children: readonly StackNode[];
}

/** From the root to a node, by {@link StackNode.key}. */
export type StackPath = readonly string[];

const ROOT: Frame = { name: "all", kind: "user", module: undefined, unresolved: undefined };

/** Two frames are the same function where name, kind and module are. */
export function frameKey({ kind, module, name }: Frame): string {
  return `${kind} ${module ?? ""} ${name}`;
}

/** The user's part below the kernel's, both innermost first as sources give them; outermost first. */
export function joinStacks(user: readonly Frame[], kernel: readonly Frame[]): readonly Frame[] {
  return [...user.toReversed(), ...kernel.toReversed()];
}

export function mergeStacks(stacks: readonly WeighedStack[], root: Frame = ROOT): StackNode {
  return build(root, stacks, 0);
}

function build(frame: Frame, stacks: readonly WeighedStack[], depth: number): StackNode {
  const groups = new Map<string, { readonly frame: Frame; readonly stacks: WeighedStack[] }>();
  let total = 0;
  let self = 0;
  for (const stack of stacks) {
    total += stack.weight;
    const next = stack.frames[depth];
    if (next === undefined) {
      self += stack.weight;
      continue;
    }
    const key = frameKey(next);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { frame: next, stacks: [stack] });
    else group.stacks.push(stack);
  }
  const children = [...groups.values()].map((group) => build(group.frame, group.stacks, depth + 1));
  children.sort((a, b) => b.total - a.total || a.key.localeCompare(b.key));
  return { frame, key: frameKey(frame), total, self, children };
}

/** The nodes from the root along a path, as far as it exists; never empty. */
export function nodesAlong(root: StackNode, path: StackPath): readonly [StackNode, ...StackNode[]] {
  const nodes: [StackNode, ...StackNode[]] = [root];
  let node: StackNode | undefined = root;
  for (const key of path) {
    node = node?.children.find((child) => child.key === key);
    if (node === undefined) break;
    nodes.push(node);
  }
  return nodes;
}

/** A function with everything that calls it and everything it calls, wherever it stands. */
export interface FunctionView {
  readonly frame: Frame;
  readonly total: number;
  readonly self: number;
  /** Callers of callers below each caller. */
  readonly callers: StackNode;
  readonly callees: StackNode;
}

/** Undefined where no stack goes through such a function. A recursive one counts once per stack. */
export function functionView(stacks: readonly WeighedStack[], key: string): FunctionView | undefined {
  const above: WeighedStack[] = [];
  const below: WeighedStack[] = [];
  let frame: Frame | undefined;
  for (const { frames, weight } of stacks) {
    const first = frames.findIndex((candidate) => frameKey(candidate) === key);
    if (first < 0) continue;
    const last = frames.findLastIndex((candidate) => frameKey(candidate) === key);
    frame = frames[first];
    above.push({ frames: frames.slice(0, first).toReversed(), weight });
    below.push({ frames: frames.slice(last + 1), weight });
  }
  if (frame === undefined) return undefined;
  const callees = mergeStacks(below, frame);
  return { frame, total: callees.total, self: callees.self, callers: mergeStacks(above, frame), callees };
}

/** One function over all places where it stands. */
export interface FunctionTotals {
  readonly frame: Frame;
  readonly key: string;
  readonly self: number;
  /** Of the stacks that it is on, each counted once. */
  readonly total: number;
}

/** Hottest by what they do themselves. */
export function functionTotals(stacks: readonly WeighedStack[]): readonly FunctionTotals[] {
  const totals = new Map<string, { frame: Frame; key: string; self: number; total: number }>();
  for (const { frames, weight } of stacks) {
    const seen = new Set<string>();
    for (const [depth, frame] of frames.entries()) {
      const key = frameKey(frame);
      const entry = totals.get(key) ?? { frame, key, self: 0, total: 0 };
      totals.set(key, entry);
      if (depth === frames.length - 1) entry.self += weight;
      if (!seen.has(key)) entry.total += weight;
      seen.add(key);
    }
  }
  return [...totals.values()].sort((a, b) => b.self - a.self || b.total - a.total);
}

export interface Unresolved {
  /** Whether the function that ran has no name, or those who called it are not known. */
  readonly what: "name" | "callers";
  readonly why: string;
  /** Of the weight of all stacks. */
  readonly share: number;
}

/** What share of the weight is not resolved, by what is missing and why; largest first. */
export function unresolvedShares(stacks: readonly WeighedStack[]): readonly Unresolved[] {
  let total = 0;
  const found = new Map<string, { readonly what: Unresolved["what"]; readonly why: string; weight: number }>();
  const count = (what: Unresolved["what"], why: string | undefined, weight: number) => {
    if (why === undefined) return;
    const entry = found.get(`${what} ${why}`) ?? { what, why, weight: 0 };
    entry.weight += weight;
    found.set(`${what} ${why}`, entry);
  };
  for (const { frames, weight } of stacks) {
    total += weight;
    const [outermost] = frames;
    count("name", frames.at(-1)?.unresolved, weight);
    if (frames.length > 1 && outermost !== undefined && isCutShort(outermost))
      count("callers", outermost.unresolved, weight);
  }
  return [...found.values()]
    .map(({ what, why, weight }) => ({ what, why, share: weight / total }))
    .sort((a, b) => b.share - a.share);
}

/** Brendan Gregg's folded format: `outer;inner weight` a line, weights as whole numbers. */
export function foldedStacks(stacks: readonly WeighedStack[], process: string): string {
  const merged = new Map<string, number>();
  for (const { frames, weight } of stacks) {
    const names = [process, ...frames.map((frame) => (frame.kind === "kernel" ? `${frame.name}_[k]` : frame.name))];
    const stack = names.map((name) => name.replaceAll(/[;\n]/g, ":")).join(";");
    merged.set(stack, (merged.get(stack) ?? 0) + weight);
  }
  return [...merged].map(([stack, weight]) => `${stack} ${Math.round(weight)}\n`).join("");
}
