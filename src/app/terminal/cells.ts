/** A frame of the screen as cells, and what must be written to get from one frame to the next. Pure. */
import { charWidth } from "../../panes/kit/text.ts";

/** Rows of cells. The second column of a wide character is a cell with an empty glyph. */
export interface Cells {
  readonly columns: number;
  readonly rows: number;
  /** Glyph with its marks, row by row. */
  readonly glyphs: readonly string[];
  /** SGR parameters of each cell, in one fixed order, so that equal looks are equal strings. */
  readonly looks: readonly string[];
}

/** SGR of a look's parts by kind; a later one of the same kind replaces it. */
type Look = Map<string, string>;

const CSI = /\u001b\[([0-9;:?]*)([@-~])/y;

/** The cells of lines of text with SGR in them; whatever does not fit is cut, other control sequences are left out. */
export function parseCells(text: string, columns: number, rows: number): Cells {
  const glyphs = new Array<string>(columns * rows).fill(" ");
  const looks = new Array<string>(columns * rows).fill("");
  const look: Look = new Map();
  let current = "";
  let row = 0;
  let column = 0;
  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i);
    if (code === 0x1b) {
      CSI.lastIndex = i;
      const match = CSI.exec(text);
      if (match?.[2] === "m") current = withSgr(look, match[1] ?? "");
      i += match?.[0].length ?? 1;
      continue;
    }
    if (code === 0x0a) {
      row++;
      column = 0;
      i++;
      continue;
    }
    const char = code < 0x80 ? (text[i] ?? "") : String.fromCodePoint(text.codePointAt(i) ?? 0);
    i += char.length;
    if (code < 0x20 || code === 0x7f || row >= rows) continue;
    const width = charWidth(char);
    const at = row * columns + column;
    if (width === 0) {
      const base = at - (glyphs[at - 1] === "" ? 2 : 1);
      if (column > 0 && column <= columns) glyphs[base] += char;
      continue;
    }
    if (column + width <= columns) {
      glyphs[at] = char;
      looks[at] = current;
      if (width === 2) {
        glyphs[at + 1] = "";
        looks[at + 1] = current;
      }
    }
    column += width;
  }
  return { columns, rows, glyphs, looks };
}

function withSgr(look: Look, parameters: string): string {
  const codes = parameters === "" ? ["0"] : parameters.split(";");
  for (let i = 0; i < codes.length; i++) {
    const code = Number(codes[i]);
    if (code === 38 || code === 48) {
      const length = codes[i + 1] === "2" ? 5 : 3;
      look.set(code === 38 ? "foreground" : "background", codes.slice(i, i + length).join(";"));
      i += length - 1;
    } else {
      apply(look, code);
    }
  }
  return [...look.keys()]
    .sort()
    .map((kind) => look.get(kind))
    .join(";");
}

function apply(look: Look, code: number): void {
  if (code === 0) look.clear();
  else if (code === 22) for (const kind of ["bold", "dim"]) look.delete(kind);
  else if (code >= 23 && code <= 29) look.delete(KINDS[code - 20] ?? "");
  else if (code < 10) look.set(KINDS[code] ?? "", String(code));
  else if (code === 39) look.delete("foreground");
  else if (code === 49) look.delete("background");
  else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) look.set("foreground", String(code));
  else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) look.set("background", String(code));
}

const KINDS: readonly string[] = [
  "",
  "bold",
  "dim",
  "italic",
  "underline",
  "blink",
  "rapid",
  "inverse",
  "hidden",
  "strike",
];

/** Rewriting so few unchanged cells is shorter than moving the cursor over them. */
const GAP_REWRITTEN = 4;

/** What turns a screen of `older` into one of `newer`; everything where there is no older one of the same size. */
export function diffCells(older: Cells | undefined, newer: Cells): string {
  const { columns, rows } = newer;
  const same = older?.columns === columns && older.rows === rows ? older : undefined;
  let out = "";
  let look = "";
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const end = start + columns;
    // A row that is not known may hold anything.
    if (same === undefined) out += `\u001b[${row + 1};1H${look === "" ? "" : "\u001b[m"}\u001b[K`;
    if (same === undefined) look = "";
    let written = -1;
    for (let at = start; at < end; at++) {
      const unchanged =
        same === undefined
          ? newer.glyphs[at] === " " && newer.looks[at] === ""
          : same.glyphs[at] === newer.glyphs[at] && same.looks[at] === newer.looks[at];
      // The second column of a wide character came with the first.
      if (unchanged || newer.glyphs[at] === "") continue;
      const gap = at - written;
      if (written >= start && gap <= GAP_REWRITTEN && sameLooks(newer, written, at, look)) {
        for (let skipped = written; skipped < at; skipped++) out += newer.glyphs[skipped] ?? "";
      } else if (written !== at) {
        out += written >= start ? `\u001b[${gap === 1 ? "" : gap}C` : `\u001b[${row + 1};${at - start + 1}H`;
      }
      const wanted = newer.looks[at] ?? "";
      if (wanted !== look) {
        out += wanted === "" ? "\u001b[m" : look === "" ? `\u001b[${wanted}m` : `\u001b[;${wanted}m`;
        look = wanted;
      }
      out += newer.glyphs[at] ?? "";
      written = newer.glyphs[at + 1] === "" && at + 1 < end ? at + 2 : at + 1;
    }
  }
  return look === "" ? out : `${out}\u001b[m`;
}

function sameLooks({ looks }: Cells, from: number, to: number, look: string): boolean {
  for (let at = from; at < to; at++) if (looks[at] !== look) return false;
  return true;
}
