/** Lines of styled text, the language in which everything on the screen is drawn. Pure. */
import { cut, printable, textWidth } from "./text.ts";

/** What a piece of text means; the theme decides how that looks. */
export type Style =
  | "plain"
  | "dim"
  | "strong"
  | "title"
  | "titleFocused"
  | "heading"
  | "selected"
  | "key"
  | "bar"
  | "ok"
  | "notice"
  | "warning"
  | "critical"
  | "unknown"
  | "found"
  | "kernelFrame"
  | "userFrame"
  | "jitFrame";

export interface Span {
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Span[];

export const EMPTY: Line = [];

export function span(text: string, style: Style = "plain"): Span {
  return { text, style };
}

/** A line of one style. */
export function line(text: string, style: Style = "plain"): Line {
  return [{ text, style }];
}

/** Columns that a line takes. */
export function lineWidth(spans: Line): number {
  let width = 0;
  for (const { text } of spans) width += textWidth(printable(text));
  return width;
}

/** Exactly so many columns: padded in `fill`'s style, or cut. */
export function fitLine(spans: Line, width: number, fill: Style = "plain"): Line {
  const out: Span[] = [];
  let left = width;
  for (const { text, style } of spans) {
    const safe = printable(text);
    const length = textWidth(safe);
    if (length > left) {
      const part = cut(safe, left);
      out.push({ text: part, style });
      left -= textWidth(part);
      break;
    }
    out.push({ text: safe, style });
    left -= length;
  }
  if (left > 0) out.push({ text: " ".repeat(left), style: fill });
  return out;
}

/** Left part and right part with space between; the right one goes first where both don't fit. */
export function spread(left: Line, right: Line, width: number, fill: Style = "plain"): Line {
  const rightWidth = lineWidth(right);
  if (rightWidth === 0 || lineWidth(left) + rightWidth + 1 > width) return fitLine(left, width, fill);
  return [...fitLine(left, width - rightWidth, fill), ...right];
}

/** The same text in one style over the whole width, as the cursor's row. */
export function restyled(spans: Line, style: Style, width: number): Line {
  return fitLine(
    spans.map(({ text }) => ({ text, style })),
    width,
    style,
  );
}

/** Parts that fit side by side, joined by a separator; those that don't fit are left out from the end. */
export function joined(parts: readonly Line[], separator: Span, width: number): Line {
  const out: Span[] = [];
  let left = width;
  for (const part of parts) {
    if (part.length === 0) continue;
    const needed = lineWidth(part) + (out.length > 0 ? textWidth(separator.text) : 0);
    if (needed > left) break;
    if (out.length > 0) out.push(separator);
    out.push(...part);
    left -= needed;
  }
  return out;
}
