/** Numbers as people read them: three digits and a unit, never wider than {@link NUMBER_WIDTH}. Pure. */
import type { Unit } from "../../sources/units.ts";
import type { Cell } from "../pane.ts";

/** Shown where nothing was measured; never 0. */
export const NOT_MEASURED = "–";
/** Widest result of {@link formatValue}: `12.3ms/s`. */
export const NUMBER_WIDTH = 8;

const BYTES = ["B", "K", "M", "G", "T", "P", "E"];
const COUNTS = ["", "k", "M", "G", "T", "P", "E"];
const TIMES: readonly (readonly [number, string])[] = [
  [1e3, "ns"],
  [1e6, "µs"],
  [1e9, "ms"],
  [1e12, "s"],
];

/** A cell as text; text itself is given back as it is, hostile where it was. */
export function formatValue(value: Cell, unit: Unit, perSecond = false): string {
  if (value === undefined) return NOT_MEASURED;
  if (typeof value === "string") return value;
  if (!Number.isFinite(value)) return NOT_MEASURED;
  if (value === 0) return unit === "percent" ? "0%" : "0";
  const text = value < 0 ? `-${formatNumber(-value, unit)}` : formatNumber(value, unit);
  // A share is one of time already.
  return perSecond && unit !== "percent" ? `${text}/s` : text;
}

function formatNumber(value: number, unit: Unit): string {
  switch (unit) {
    case "ns":
      return formatNs(value);
    case "bytes":
      return value < 999.5 ? `${small(value)}B` : scaled(value, 1024, BYTES);
    case "percent":
      if (value < 0.05) return "<.1%";
      return `${value < 9.95 && value % 1 !== 0 ? value.toFixed(1) : Math.round(value)}%`;
    default:
      return value < 999.5 ? small(value) : scaled(value, 1000, COUNTS);
  }
}

/** Nanoseconds in the unit that fits; from seconds on in minutes, hours and days as people say them. */
function formatNs(ns: number): string {
  for (const [limit, unit] of TIMES) {
    // The next unit takes over where rounding to three digits would reach it.
    if (ns < limit * 0.9995) return threeDigits(ns / (limit / 1000)) + unit;
  }
  return formatDuration(ns / 1e9);
}

function scaled(value: number, base: number, units: readonly string[]): string {
  let scale = 0;
  let rest = value;
  // 1000 to 1023 K would be four digits, so a unit ends at 999.5.
  while (rest >= 999.5 && scale < units.length - 1) {
    rest /= base;
    scale++;
  }
  return threeDigits(rest) + (units[scale] ?? "");
}

/** Things that are counted: a rate of 3.998 a second is 4 to anybody. */
function small(value: number): string {
  if (value >= 9.95) return String(Math.round(value));
  return value < 0.095 ? threeDigits(value) : String(Number(value.toFixed(1)));
}

function threeDigits(value: number): string {
  if (Number.isInteger(value) || value >= 99.95) return String(Math.round(value));
  if (value < 0.005) return "<.01";
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

/** Seconds as a person would say them: `45s`, `2m05s`, `3h12m`, `4d07h`. */
export function formatDuration(seconds: number): string {
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  if (seconds < 60) return `${Math.floor(seconds)}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h${two((seconds % 3600) / 60)}m`;
  return `${Math.floor(seconds / 86_400)}d${two((seconds % 86_400) / 3600)}h`;
}

/** The interval between updates: `250ms`, `1s`, `1.5s`. */
export function formatInterval(seconds: number): string {
  if (seconds < 0.995) return `${Math.round(seconds * 1000)}ms`;
  return seconds < 60 ? `${Number(seconds.toFixed(1))}s` : formatDuration(seconds);
}
