/** Little bars of one character a value. Pure. */
const LEVELS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/**
 * The newest values as bars up to `full`, the newest at the right, exactly `width` columns.
 * A value that was not measured is a gap.
 */
export function sparkline(values: readonly (number | undefined)[], width: number, full: number): string {
  const shown = values.slice(-width);
  const bars = shown.map((value) => (value === undefined ? " " : bar(value, full)));
  return " ".repeat(Math.max(0, width - shown.length)) + bars.join("");
}

/** One bar: nothing at all is the lowest line, anything at all stands above it. */
export function bar(value: number, full: number): string {
  if (value <= 0 || full <= 0) return LEVELS[0];
  const level = Math.ceil((Math.min(value, full) / full) * (LEVELS.length - 1));
  return LEVELS[level] ?? LEVELS[0];
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** A horizontal bar of `share` (0-1) of the width, to an eighth of a column; anything above nothing shows. */
export function horizontalBar(share: number, width: number): string {
  const eighths = share <= 0 ? 0 : Math.max(1, Math.round(Math.min(1, share) * width * 8));
  return "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
}
