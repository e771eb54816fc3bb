/** The stack screen as lines. Pure. */
import { formatValue } from "../../panes/kit/format.ts";
import { FRAME_STYLES, icicleLines } from "../../panes/kit/icicle.ts";
import { type Line, fitLine, joined, line, restyled, span } from "../../panes/kit/line.ts";
import {
  type FunctionTotals,
  type StackNode,
  functionView,
  mergeStacks,
  nodesAlong,
  unresolvedShares,
} from "../../panes/kit/stackTree.ts";
import { fit } from "../../panes/kit/text.ts";
import { coverageOf } from "../../sources/source.ts";
import type { Frame } from "../../sources/symbols/frame.ts";
import { absenceLines } from "../ui/status.ts";
import type { View } from "../view.ts";
import { type StacksPlace, stackSource } from "./place.ts";
import { type WeighedView, rootOf, weigh } from "./weigh.ts";

const GAP = span("  ");
/** A wait is recorded with four stacks at most: measured at ~4 µs a pair. */
const NS_PER_WAIT = 8000;
const NS_PER_SAMPLE = 4000;

export interface StacksBox {
  readonly width: number;
  readonly height: number;
}

/** Exactly `height` lines. */
export function stacksLines(
  place: StacksPlace,
  view: View | undefined,
  searching: boolean,
  box: StacksBox,
): readonly Line[] {
  const weighed = view === undefined ? undefined : weigh(place, view);
  const lines =
    view === undefined || weighed === undefined
      ? [titleLine(place, undefined, box.width), ...nothingLines(place, view, box.width)]
      : [...headLines(place, view, weighed, searching, box.width), ...pictureLines(place, weighed, box)];
  return Array.from({ length: box.height }, (_, i) => fitLine(lines[i] ?? [], box.width));
}

/** Why there is nothing to show. */
function nothingLines(place: StacksPlace, view: View | undefined, width: number): readonly Line[] {
  const { source } = stackSource(place);
  return view?.frame.snapshots[source]?.data !== undefined && place.span === "interval"
    ? [line("no reading before this one to tell an interval from; i shows all since the opening", "dim")]
    : absenceLines(source, view, width);
}

const HEAD_LINES = 4;

function headLines(
  place: StacksPlace,
  view: View,
  weighed: WeighedView,
  searching: boolean,
  width: number,
): readonly Line[] {
  return [
    titleLine(place, weighed, width),
    costLine(place, view, weighed, width),
    threadsLine(place, weighed, width),
    cursorLine(place, weighed, searching, width),
  ];
}

/** What is shown: running or waiting, of whom, how much of it, since when. */
function titleLine(place: StacksPlace, weighed: WeighedView | undefined, width: number): Line {
  const whose = place.process === undefined ? "the whole machine" : `${place.process.comm}[${place.process.pid}]`;
  const parts: Line[] = [[span(`▸${place.mode} stacks `, "titleFocused"), span(` ${whose}`, "strong")]];
  if (weighed !== undefined) {
    const { total } = weighed.root;
    const what =
      place.mode === "on-CPU"
        ? `${weighed.events} samples ≈ ${formatValue(total, "ns")} of CPU (sampled)`
        : `${formatValue(total, "ns")} waited in ${weighed.events} waits${weighed.ongoing > 0 ? ` (${weighed.ongoing} go on)` : ""}`;
    parts.push([span(what)]);
  }
  parts.push([span(place.span === "opened" ? "since opened" : "last interval", "dim")]);
  return joined(parts, GAP, width);
}

/** How it is got, what that costs, what is not seen or has no name. */
function costLine(place: StacksPlace, view: View, weighed: WeighedView, width: number): Line {
  const snapshot = view.frame.snapshots[stackSource(place).source];
  const coverage = snapshot === undefined ? undefined : coverageOf(snapshot.state);
  const sinceMs = coverage === undefined ? 0 : view.frame.wallMs - coverage.sinceMs;
  const percent =
    place.mode === "on-CPU"
      ? (place.hz * NS_PER_SAMPLE) / 1e7
      : sinceMs > 0
        ? (weighed.events * NS_PER_WAIT) / (sinceMs * 1e4)
        : 0;
  const parts: Line[] = [
    ...(place.mode === "on-CPU" ? [line(`${place.hz} Hz per CPU`, "dim")] : []),
    line(`costs ≈ ${percent < 0.01 ? "<0.01" : percent.toFixed(2)} % of a CPU`, "dim"),
    line(`lost ${snapshot?.lost ?? 0}`, (snapshot?.lost ?? 0) > 0 ? "warning" : "dim"),
    ...unresolvedShares(weighed.stacks).map(({ what, why, share }) =>
      line(`${formatValue(100 * share, "percent")} without ${what}: ${why}`, share > 0.3 ? "warning" : "dim"),
    ),
    ...(coverage?.unseen ?? []).map((what) => line(`not seen: ${what}`, "dim")),
    ...(place.mode === "off-CPU" && coverage !== undefined ? [line(`via ${coverage.via.join(", ")}`, "dim")] : []),
  ];
  return joined(parts, span(" · ", "dim"), width);
}

function threadsLine(place: StacksPlace, weighed: WeighedView, width: number): Line {
  const all = weighed.threads.reduce((sum, { weight }) => sum + weight, 0);
  const chip = (text: string, chosen: boolean): Line => [span(text, chosen ? "key" : "dim")];
  const threads = weighed.threads.map(({ tid, name, weight }) =>
    chip(`${name}:${tid} ${percentOf(weight, all)}`, place.tid === tid),
  );
  return joined([chip(`threads: all ${weighed.threads.length}`, place.tid === undefined), ...threads], GAP, width);
}

/** The function under the cursor in full; while searching, the search. */
function cursorLine(place: StacksPlace, weighed: WeighedView, searching: boolean, width: number): Line {
  if (searching || place.search !== "") {
    const found = weighed.stacks.filter(({ frames }) =>
      frames.some(({ name }) => name.toLowerCase().includes(place.search.toLowerCase())),
    );
    const weight = found.reduce((sum, stack) => sum + stack.weight, 0);
    return fitLine(
      [
        span(`/${place.search}${searching ? "█" : ""}`, "found"),
        span(`  ${percentOf(weight, weighed.root.total)} of the time goes through a match`),
      ],
      width,
    );
  }
  const node = place.picture === "flame" ? nodesAlong(rootOf(place, weighed), place.cursor).at(-1) : undefined;
  return node === undefined ? [] : describe(node, weighed.root.total, width);
}

function describe({ frame, total, self }: StackNode, whole: number, width: number): Line {
  const where = whereOf(frame);
  const parts: Line[] = [
    [span(frame.name, "strong")],
    line(where, FRAME_STYLES[frame.kind]),
    line(`${percentOf(total, whole)}, ${formatValue(total, "ns")}; itself ${percentOf(self, whole)}`),
    ...(frame.unresolved === undefined ? [] : [line(frame.unresolved, "warning")]),
  ];
  return joined(parts, GAP, width);
}

function pictureLines(place: StacksPlace, weighed: WeighedView, { width, height }: StacksBox): readonly Line[] {
  const room = height - HEAD_LINES;
  if (weighed.events === 0)
    return [
      line(
        place.mode === "on-CPU"
          ? "it has not run on a CPU yet; o shows where it waits"
          : "no wait yet; o shows where it runs",
        "dim",
      ),
    ];
  switch (place.picture) {
    case "flame":
      return flameLines(place, weighed, width, room);
    case "list":
      return listLines(place, weighed.functions, weighed.root.total, width, room);
    case "callers":
      return callersLines(place, weighed, width, room);
  }
}

/** Waits have their wakers below: the other half of the story. */
function flameLines(place: StacksPlace, weighed: WeighedView, width: number, height: number): readonly Line[] {
  const root = rootOf(place, weighed);
  const { cursor, search } = place;
  if (weighed.wakers.length === 0 || height < 12) return icicleLines(root, { width, height, cursor, search });
  const below = Math.floor(height / 3);
  const waits = icicleLines(root, { width, height: height - below, cursor, search });
  const padded = Array.from({ length: height - below }, (_, i) => waits[i] ?? []);
  const wakers = mergeStacks(
    weighed.wakers.map(({ comm, pid, frames, weight }) => ({
      frames: [
        {
          name: pid === undefined ? `woken by ${comm}` : `woken by ${comm}[${pid}]`,
          kind: pid === undefined ? "kernel" : "user",
          module: undefined,
          unresolved: undefined,
        } as const,
        ...frames,
      ],
      weight,
    })),
  );
  return [...padded, ...icicleLines(wakers, { width, height: below, cursor: [], search })];
}

function listLines(
  place: StacksPlace,
  functions: readonly FunctionTotals[],
  whole: number,
  width: number,
  height: number,
): readonly Line[] {
  const top = Math.max(0, place.row - height + 2);
  const rows = functions.slice(top, top + height - 1).map(({ frame, self, total }, i): Line => {
    const spans: Line = [
      span(
        `${fit(percentOf(self, whole), 7, "right")} ${fit(formatValue(self, "ns"), 8, "right")} ${fit(percentOf(total, whole), 7, "right")}  `,
      ),
      span(
        fit(frame.name, Math.max(10, width - 48)),
        FRAME_STYLES[frame.kind] === "kernelFrame" ? "warning" : "strong",
      ),
      span(` ${frame.unresolved ?? whereOf(frame)}`, "dim"),
    ];
    return top + i === place.row ? restyled(spans, "selected", width) : spans;
  });
  return [line("   SELF     TIME   TOTAL  FUNCTION", "heading"), ...rows];
}

function callersLines(place: StacksPlace, weighed: WeighedView, width: number, height: number): readonly Line[] {
  const view = place.subject === undefined ? undefined : functionView(weighed.stacks, place.subject);
  if (view === undefined) return [line("this function is on no stack any more; Esc goes back", "dim")];
  const half = Math.floor((height - 2) / 2);
  const above = icicleLines(view.callers, { width, height: half, cursor: [], search: place.search });
  const below = icicleLines(view.callees, { width, height: half, cursor: [], search: place.search });
  const head = (text: string): Line => [
    span(text, "title"),
    span(`  ${view.frame.name}  ${percentOf(view.total, weighed.root.total)} of all`, "dim"),
  ];
  return [head("called by, outwards"), ...above.slice(1), head("calls, inwards"), ...below.slice(1)];
}

/** The file or kernel module that a function is in. */
function whereOf({ kind, module }: Frame): string {
  return module ?? { kernel: "kernel", user: "", jit: "JIT" }[kind];
}

const percentOf = (part: number, whole: number) => (whole > 0 ? `${((100 * part) / whole).toFixed(1)}%` : "–");
