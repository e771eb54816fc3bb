/** A distribution as bars, one a power of two. Pure. */
import {
  COARSE_PERCENT,
  COARSE_UNIT_NS,
  type Hist,
  type Log2Slot,
  count,
  percentile,
  toLog2,
} from "../../sources/hist.ts";
import type { Unit } from "../../sources/units.ts";
import { formatValue } from "./format.ts";
import { type Line, joined, line, restyled, span } from "./line.ts";
import { bar, horizontalBar } from "./spark.ts";

export interface HistogramLook {
  readonly unit: Unit;
  /** What one event is: `wait`. */
  readonly event: string;
  readonly seconds: number;
  readonly width: number;
  readonly height: number;
  /** Lower bound of the slot that the cursor is on; undefined for none. */
  readonly selected?: number | undefined;
}

/** One bar: a power of two, or all that lies below or above what there is room for. */
export interface Band {
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly count: number;
}

const LABEL_WIDTH = 15;
const COUNT_WIDTH = 6;

/** At most `height` lines: p50, p99, max and count, then the bars. */
export function histogramLines(hist: Hist, look: HistogramLook): readonly Line[] {
  const { unit, event, seconds, width, height, selected } = look;
  const total = count(hist);
  if (total === 0) return [line(`no ${event} in this interval`, "dim")].slice(0, height);
  const number = (value: number | undefined, of: Unit) => span(formatValue(value, of), "strong");
  const stats = joined(
    [
      [span("p50 ", "dim"), span(percentileText(hist, 0.5, unit), "strong")],
      [span("p99 ", "dim"), span(percentileText(hist, 0.99, unit), "strong")],
      hist.coarse ? [span(`±${COARSE_PERCENT} %`, "dim")] : [],
      [span("max ", "dim"), number(hist.max, unit)],
      [number(total, "count"), span(total === 1 ? ` ${event}` : ` ${plural(event)}`, "dim")],
      [number(total / seconds, "count"), span("/s", "dim")],
    ],
    span("  "),
    width,
  );
  const bands = foldToFit(toLog2(hist), height - 1);
  const highest = Math.max(...bands.map((band) => band.count));
  const barWidth = Math.max(0, width - LABEL_WIDTH - COUNT_WIDTH - 3);
  const bars = bands.map((band): Line => {
    const spans: Line = [
      span(`${bandLabel(band, unit).padStart(LABEL_WIDTH)} `, "dim"),
      span(`${formatValue(band.count, "count").padStart(COUNT_WIDTH)} `),
      span(horizontalBar(band.count / highest, barWidth), "bar"),
    ];
    return selected !== undefined && isIn(band, selected) ? restyled(spans, "selected", width) : spans;
  });
  return [stats, ...bars].slice(0, Math.max(0, height));
}

/** Of a coarse histogram nothing is known below its first bound. */
function percentileText(hist: Hist, p: number, unit: Unit): string {
  const value = percentile(hist, p);
  return hist.coarse && value !== undefined && value < COARSE_UNIT_NS
    ? `<${formatValue(COARSE_UNIT_NS, unit)}`
    : formatValue(value, unit);
}

const isIn = ({ low, high }: Band, value: number) => (low ?? 0) <= value && value < (high ?? Number.POSITIVE_INFINITY);

/** Powers of two in at most so many bands: the emptier end is taken together, and stays counted. */
export function foldToFit(slots: readonly Log2Slot[], room: number): readonly Band[] {
  const bands: Band[] = slots.map(({ low, high, count: n }) => ({ low, high, count: n }));
  while (bands.length > Math.max(1, room)) {
    const [first, second] = bands;
    const last = bands.at(-1);
    const beforeLast = bands.at(-2);
    if (first === undefined || second === undefined || last === undefined || beforeLast === undefined) break;
    if (first.count + second.count <= last.count + beforeLast.count) {
      bands.splice(0, 2, { low: undefined, high: second.high, count: first.count + second.count });
    } else {
      bands.splice(-2, 2, { low: beforeLast.low, high: undefined, count: beforeLast.count + last.count });
    }
  }
  return bands;
}

function bandLabel({ low, high }: Band, unit: Unit): string {
  if (low === undefined && high === undefined) return "all";
  if (low === undefined) return `< ${formatValue(high, unit)}`;
  if (high === undefined) return `≥ ${formatValue(low, unit)}`;
  return `${formatValue(low, unit)}–${formatValue(high, unit)}`;
}

/** Powers of two as one character each, over the span of `from` to `to` so that rows can be compared. */
export function histogramSpark(hist: Hist, range: LogRange, width: number): string {
  if (count(hist) === 0) return " ".repeat(Math.max(0, width));
  const slots = toLog2(hist);
  const highest = Math.max(...slots.map((slot) => slot.count));
  const byPower = new Map(slots.map((slot) => [powerOf(slot.low), slot.count]));
  let out = "";
  for (let power = range.from; power <= range.to && out.length < width; power++) {
    const n = byPower.get(power) ?? 0;
    out += n === 0 ? " " : bar(n, highest);
  }
  return out.padEnd(Math.max(0, width));
}

/** The powers of two that hold anything, over several histograms; -1 is the slot of 0. */
export interface LogRange {
  readonly from: number;
  readonly to: number;
}

export function logRange(hists: readonly Hist[]): LogRange {
  let from = Infinity;
  let to = -Infinity;
  for (const hist of hists) {
    const slots = toLog2(hist);
    const first = slots[0];
    const last = slots.at(-1);
    if (first === undefined || last === undefined) continue;
    from = Math.min(from, powerOf(first.low));
    to = Math.max(to, powerOf(last.low));
  }
  return from > to ? { from: 0, to: -1 } : { from, to };
}

const powerOf = (low: number) => (low === 0 ? -1 : Math.round(Math.log2(low)));
const plural = (word: string) => (/(s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`);
