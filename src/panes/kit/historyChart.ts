/** A line chart of the past, drawn by asciichart. Pure. */
import { plot } from "asciichart";
import type { Unit } from "../../sources/units.ts";
import { NUMBER_WIDTH, formatValue } from "./format.ts";
import { type Line, span } from "./line.ts";
import { printable } from "./text.ts";

/** The label and the axis. asciichart counts the label as one column, whatever its length. */
const AXIS_WIDTH = NUMBER_WIDTH + 1;
const OFFSET = 2;

/**
 * The newest values, one a column, the newest at the right. asciichart knows neither gaps nor an empty series: only
 * what follows the last gap is drawn. Undefined where fewer than two values are there, or no room.
 */
export function historyChart(
  values: readonly (number | undefined)[],
  unit: Unit,
  perSecond: boolean,
  width: number,
  height: number,
): readonly Line[] | undefined {
  const recent = values.slice(values.findLastIndex((value) => value === undefined || !Number.isFinite(value)) + 1);
  const series = recent.slice(-Math.max(0, width - AXIS_WIDTH)).map((value) => value ?? 0);
  if (series.length < 2 || height < 3) return undefined;
  const full = unit === "percent" ? 100 : Math.max(...series, 1);
  // Labels are given whole: asciichart cuts its own to wrong numbers.
  const format = (value: number) => formatValue(Math.max(0, value), unit, perSecond).padStart(NUMBER_WIDTH);
  const drawn = plot(series, { height: height - 1, min: 0, max: full, offset: OFFSET, format });
  // The curve begins at the axis; a short one is moved to the right, where now is.
  const gap = " ".repeat(width - AXIS_WIDTH - series.length);
  return drawn
    .split("\n")
    .slice(0, height)
    .map((text): Line => {
      const [label, curve] = [text.slice(0, AXIS_WIDTH), text.slice(AXIS_WIDTH)];
      return [span(printable(label).replace("┼", "┤"), "dim"), span(`${gap}${printable(curve)}`, "bar")];
    });
}
