/** A framed table that stands still, drawn by ink-table once and kept. */
import { renderToString } from "ink";
import inkTable from "ink-table";
import type { ComponentType } from "react";
import { type Line, line } from "./line.ts";
import { printable, textWidth } from "./text.ts";

type Record_ = Readonly<Record<string, string>>;
/** Its types are written for a React of before version 19. */
const InkTable = inkTable.default as unknown as ComponentType<{ readonly data: readonly Record_[] }>;

let last: { readonly key: string; readonly lines: readonly Line[] } | undefined;

/**
 * Rows of named cells, the names of the first as headings. Undefined where it would be wider than `width`: ink-table
 * neither cuts nor wraps.
 */
export function stillTable(rows: readonly Record_[], width: number): readonly Line[] | undefined {
  const key = JSON.stringify([rows, width]);
  if (last?.key !== key) last = { key, lines: drawn(rows, width) };
  return last.lines.length > 0 ? last.lines : undefined;
}

function drawn(rows: readonly Record_[], width: number): readonly Line[] {
  const names = Object.keys(rows[0] ?? {});
  const widths = names.map((name) =>
    Math.max(name.length, ...rows.map((row) => textWidth(printable(row[name] ?? "")))),
  );
  if (names.length === 0 || widths.reduce((sum, cell) => sum + cell + 3, 1) > width) return [];
  const safe = rows.map((row) => Object.fromEntries(names.map((name) => [name, printable(row[name] ?? "")])));
  const [top, headings, rule, ...rest] = renderToString(<InkTable data={safe} />, { columns: width }).split("\n");
  // It rules off every row; one rule below the headings is enough.
  const body = rest.filter((text) => !text.includes("├"));
  return [top, headings, rule, ...body].map((text) => line(plainText(text ?? "")));
}

function plainText(text: string): string {
  return printable(text.replace(/\u001b\[[0-9;]*m/g, ""));
}
