/** How styles look on this terminal. Pure but for {@link themeFor}, which is given the environment. */
import type { Line, Style } from "../panes/kit/line.ts";
import { charWidth } from "../panes/kit/text.ts";

export interface Theme {
  /** SGR parameters by style; empty for none. */
  readonly sgr: Readonly<Record<Style, string>>;
  /** Whether the terminal shows more than ASCII. */
  readonly unicode: boolean;
}

/** The sixteen colours every terminal has, so that the user's own palette holds. */
const COLOURS: Readonly<Record<Style, string>> = {
  plain: "",
  dim: "2",
  strong: "1",
  title: "36",
  titleFocused: "1;7;36",
  heading: "2",
  selected: "7",
  key: "1;36",
  bar: "36",
  ok: "32",
  notice: "36",
  warning: "33",
  critical: "1;31",
  unknown: "35",
  found: "30;45",
  kernelFrame: "30;43",
  userFrame: "30;46",
  jitFrame: "30;42",
};

const NO_COLOURS: Readonly<Record<Style, string>> = {
  ...COLOURS,
  title: "4",
  titleFocused: "1;7",
  key: "1",
  bar: "",
  ok: "",
  notice: "",
  warning: "1",
  critical: "1;7",
  unknown: "2",
  found: "1;7",
  kernelFrame: "2",
  userFrame: "",
  jitFrame: "4",
};

/** NO_COLOR as on no-color.org: any value but the empty one. Unicode where the locale's character set says so. */
export function themeFor(env: Readonly<Record<string, string | undefined>>): Theme {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return { sgr: env["NO_COLOR"] ? NO_COLOURS : COLOURS, unicode: /utf-?8/i.test(locale) };
}

/** The same characters without any look: for what is no terminal. */
export function unstyled({ sgr, unicode }: Theme): Theme {
  return { sgr: Object.fromEntries(Object.keys(sgr).map((style) => [style, ""])) as Theme["sgr"], unicode };
}

/** A line whose width is already right, as text for the terminal. */
export function paint(line: Line, theme: Theme): string {
  let out = "";
  for (const { text, style } of line) {
    const shown = theme.unicode ? text : toAscii(text);
    const sgr = theme.sgr[style];
    out += sgr === "" ? shown : `\u001b[${sgr}m${shown}\u001b[0m`;
  }
  return out;
}

/** Every glyph the screen draws with, in one column of ASCII. */
const ASCII: Readonly<Record<string, string>> = {
  "–": "-",
  "…": "~",
  "·": ".",
  "→": ">",
  "›": ">",
  "▼": "v",
  "▸": ">",
  "▲": "^",
  µ: "u",
  "≥": ">",
  "×": "x",
  "±": "~",
  "│": "|",
  "─": "-",
  "┌": "+",
  "┐": "+",
  "└": "+",
  "┘": "+",
  "├": "+",
  "┤": "|",
  "┬": "+",
  "┴": "+",
  "┼": "+",
  "╭": ".",
  "╮": ".",
  "╰": "'",
  "╯": "'",
  "╴": "-",
  "╶": "-",
  "▁": "_",
  "▂": ".",
  "▃": ":",
  "▄": "-",
  "▅": "=",
  "▆": "+",
  "▇": "*",
  "█": "#",
  "▏": " ",
  "▎": " ",
  "▍": ".",
  "▌": "-",
  "▋": "-",
  "▊": "=",
  "▉": "=",
  "●": "o",
  "○": "o",
  "◆": "*",
  "■": "#",
  "↑": "^",
  "↓": "v",
  "←": "<",
  "↵": "/",
};

function toAscii(text: string): string {
  // Marks have no width of their own; a wide character becomes as many columns as it had.
  const letters = text
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[\u2801-\u28ff]/g, "#")
    .replace(/\u2800/g, " ");
  return letters.replace(/[^\x20-\x7e]/gu, (char) => ASCII[char] ?? "?".repeat(charWidth(char)));
}
