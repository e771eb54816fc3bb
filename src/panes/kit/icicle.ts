/** An icicle graph in characters: the root on top, what it calls below it, as wide as it weighs. Pure. */
import { type Line, type Span, type Style, fitLine } from "./line.ts";
import type { StackNode, StackPath } from "./stackTree.ts";
import { fit } from "./text.ts";

export interface IcicleOptions {
  readonly width: number;
  readonly height: number;
  /** The cursor: from the root of what is shown. */
  readonly cursor: StackPath;
  /** Functions whose name contains it are painted as found; empty for none. */
  readonly search: string;
}

interface Cell {
  readonly node: StackNode;
  readonly start: number;
  readonly width: number;
  /** Whether the cursor is on it or below it. */
  readonly onWay: boolean;
  readonly selected: boolean;
}

/** At most `height` lines, each `width` wide. What is narrower than half a column is left out; its caller is as wide as it weighs all the same. */
export function icicleLines(root: StackNode, options: IcicleOptions): readonly Line[] {
  const { width, height, cursor, search } = options;
  const lines: Line[] = [];
  let row: readonly Cell[] = [{ node: root, start: 0, width, onWay: true, selected: cursor.length === 0 }];
  // Deeper than the screen: the cursor's way is followed down, and the top scrolls out.
  const skip = Math.max(0, cursor.length + 2 - height);
  for (let depth = 0; row.length > 0 && lines.length < height; depth++) {
    if (depth >= skip) lines.push(fitLine(rowLine(row, search), width));
    row = row.flatMap((cell) => childCells(cell, cursor, depth));
  }
  return lines;
}

function childCells(cell: Cell, cursor: StackPath, depth: number): readonly Cell[] {
  const cells: Cell[] = [];
  let sum = 0;
  for (const node of cell.node.children) {
    const from = cell.start + Math.round((sum / cell.node.total) * cell.width);
    sum += node.total;
    const to = cell.start + Math.round((sum / cell.node.total) * cell.width);
    if (to <= from) continue;
    const onWay = cell.onWay && cursor[depth] === node.key;
    cells.push({ node, start: from, width: to - from, onWay, selected: onWay && depth === cursor.length - 1 });
  }
  return cells;
}

function rowLine(cells: readonly Cell[], search: string): Line {
  const spans: Span[] = [];
  let at = 0;
  for (const cell of cells) {
    if (cell.start > at) spans.push({ text: " ".repeat(cell.start - at), style: "plain" });
    spans.push({ text: label(cell), style: styleOf(cell, search) });
    at = cell.start + cell.width;
  }
  return spans;
}

/** Neighbours are told apart by the bar each begins with. */
function label({ node, width }: Cell): string {
  return width === 1 ? "▏" : `▏${fit(node.frame.name, width - 1)}`;
}

function styleOf({ node, selected }: Cell, search: string): Style {
  if (selected) return "selected";
  if (search !== "" && node.frame.name.toLowerCase().includes(search.toLowerCase())) return "found";
  return FRAME_STYLES[node.frame.kind];
}

/** Kernel, user and JIT code are told apart everywhere in the same way. */
export const FRAME_STYLES = { kernel: "kernelFrame", user: "userFrame", jit: "jitFrame" } as const;

export type Direction = "up" | "down" | "left" | "right";

/** Where the cursor goes: down to the heaviest callee, up to the caller, sideways to a sibling. Stays where there is none. */
export function moveInIcicle(root: StackNode, cursor: StackPath, direction: Direction): StackPath {
  const parents = cursor.slice(0, -1);
  if (direction === "up") return parents;
  const node = nodeAt(root, cursor);
  if (node === undefined) return [];
  if (direction === "down") {
    const heaviest = node.children[0];
    return heaviest === undefined ? cursor : [...cursor, heaviest.key];
  }
  const siblings = nodeAt(root, parents)?.children ?? [];
  const index = siblings.findIndex((sibling) => sibling.key === cursor.at(-1));
  const sibling = siblings[index + (direction === "left" ? -1 : 1)];
  return sibling === undefined || index < 0 ? cursor : [...parents, sibling.key];
}

function nodeAt(root: StackNode, path: StackPath): StackNode | undefined {
  let node: StackNode | undefined = root;
  for (const key of path) node = node?.children.find((child) => child.key === key);
  return node;
}
