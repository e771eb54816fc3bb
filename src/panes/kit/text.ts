/**
 * Outside text on the terminal. Whatever a process calls itself, a file or an interface: {@link printable} makes it
 * harmless, and every character of the result has a width all terminals agree about. Pure.
 */
import { eastAsianWidth } from "get-east-asian-width";

/** Stands for a character that is not shown. One column everywhere, unlike U+FFFD. */
const HIDDEN = "?";
/** Characters that are harmless and one column wide, the screen's own glyphs among them: most text needs no closer look. */
const PLAIN =
  /^[ -~\xa1-\xac\xae-\u02af\u2013\u2014\u2026\u203a\u2190-\u2193\u2264\u2265\u2500-\u25fc\u25ff\u2800-\u28ff]*$/;
/** Marks that terminals agree to put on top of the letter before: Latin, Greek and Cyrillic. */
const MARK = /[\u0300-\u036f]/;
/**
 * Controls, format characters (bidirectional overrides, zero width), lone surrogates, private and unassigned ones,
 * line and paragraph separators; and what terminals draw in different widths: other marks, conjoining jamo, emoji
 * (one column with old tables, two with new), fillers, and the few letters that join the one before.
 */
const UNSAFE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Emoji_Presentation}\p{Emoji_Modifier}\u0e33\u0eb3\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\uff9e\uff9f]|(?![\u0300-\u036f])\p{M}/u;
const SPACE = /^\p{Zs}$/u;

/** At most so many marks on one letter are kept: more would be drawn over the lines above. */
const MAX_MARKS = 2;

/** The text with everything taken out that could move the cursor, colour, reorder or misalign. Idempotent. */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  let out = "";
  let marks = MAX_MARKS;
  // Variation selectors only choose between two looks of the same character.
  for (const char of text.replace(/\p{Variation_Selector}/gu, "").normalize("NFC")) {
    if (MARK.test(char)) {
      if (marks++ < MAX_MARKS) out += char;
      continue;
    }
    const safe = UNSAFE.test(char) ? HIDDEN : SPACE.test(char) ? " " : char;
    marks = safe === HIDDEN || safe === " " ? MAX_MARKS : 0;
    out += safe;
  }
  return out;
}

/** Columns that a character of printable text takes: 0 for a mark, 2 for a wide one. */
export function charWidth(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (code <= 0x36f) return 0;
  let width = widths.get(code);
  if (width === undefined) {
    width = eastAsianWidth(code);
    if (widths.size < 4096) widths.set(code, width);
  }
  return width;
}
const widths = new Map<number, number>();

/** Columns that a printable text takes. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += charWidth(char);
  return width;
}

/** The longest beginning of a printable text that fits; it may be a column short where a wide character would be cut. */
export function cut(text: string, width: number): string {
  if (PLAIN.test(text)) return text.slice(0, Math.max(0, width));
  let taken = 0;
  let out = "";
  for (const char of text) {
    taken += charWidth(char);
    if (taken > width) break;
    out += char;
  }
  return out;
}

/** Exactly so many columns: padded, or cut with an ellipsis as its last character. Makes the text printable. */
export function fit(text: string, width: number, align: "left" | "right" = "left"): string {
  if (width <= 0) return "";
  const safe = printable(text);
  const length = textWidth(safe);
  const shown = length <= width ? safe : `${cut(safe, width - 1)}…`;
  const padding = " ".repeat(Math.max(0, width - textWidth(shown)));
  return align === "left" ? shown + padding : padding + shown;
}

/** Printable text broken into lines of at most so many columns, at spaces where there are any. */
export function wrap(text: string, width: number): readonly string[] {
  if (width <= 0) return [];
  const lines: string[] = [];
  let line = "";
  for (const word of printable(text).split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (textWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    let rest = word;
    while (textWidth(rest) > width) {
      // A single wide character in one column would never fit.
      const head = cut(rest, width) || [...rest].slice(0, 1).join("");
      lines.push(head);
      rest = rest.slice(head.length);
    }
    line = rest;
  }
  return line === "" ? lines : [...lines, line];
}
