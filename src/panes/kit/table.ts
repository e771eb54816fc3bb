/** A table of a pane: headings, rows, cursor. Pure. */
import type { Hist } from "../../sources/hist.ts";
import type { Sort } from "../pane.ts";
import { formatValue } from "./format.ts";
import { histogramSpark, type LogRange, logRange } from "./histogram.ts";
import { type Line, type Span, fitLine, restyled, span } from "./line.ts";
import { type AnyTable, type NameOf, type Row, processText } from "./tableRows.ts";
import { COLUMN_GAP, type ShownColumn, shownColumns } from "./tableColumns.ts";
import { cut, fit, printable, textWidth } from "./text.ts";

export interface TableLook {
  readonly sort: Sort;
  readonly nameOf: NameOf;
  readonly seconds: number;
  /** First row shown, counted from 0. */
  readonly top: number;
  /** Index of the cursor's row; undefined where the table has no focus. */
  readonly cursor: number | undefined;
  readonly width: number;
  readonly height: number;
}

/** At most `height` lines: the headings, then rows from `top` on. */
export function tableLines(pane: AnyTable, rows: readonly Row[], look: TableLook): readonly Line[] {
  const { width, height, top, cursor, sort } = look;
  if (height <= 0) return [];
  const columns = shownColumns(pane, rows, sort, width);
  const visible = rows.slice(top, top + height - 1);
  const ranges = histRanges(columns, visible);
  const lines = visible.map((row, i): Line => {
    const cells = columns.map((column) => cellSpans(pane, column, row, look, ranges));
    const line = fitLine(withGaps(cells), width);
    return cursor === top + i ? restyled(line, "selected", width) : line;
  });
  return [headingLine(columns, sort, width), ...lines];
}

function headingLine(columns: readonly ShownColumn[], sort: Sort, width: number): Line {
  const cells = columns.map(({ id, heading, align, width: cell }): readonly Span[] => {
    if (id !== sort.column) return [span(fit(heading, cell, align), "heading")];
    return [span(fit(`${heading}${sort.descending ? "▼" : "▲"}`, cell, align), "key")];
  });
  return fitLine(withGaps(cells), width);
}

function withGaps(cells: readonly (readonly Span[])[]): Line {
  const gap = span(" ".repeat(COLUMN_GAP));
  return cells.flatMap((cell, i) => (i === 0 ? cell : [gap, ...cell]));
}

function cellSpans(
  pane: AnyTable,
  shown: ShownColumn,
  row: Row,
  look: TableLook,
  ranges: ReadonlyMap<string, LogRange>,
): readonly Span[] {
  const { column, width, align } = shown;
  if (column === undefined) return processSpans(pane, row, look.nameOf, width);
  const range = ranges.get(shown.id);
  if (column.hist !== undefined && range !== undefined)
    return [span(histogramSpark(column.hist(row), range, width), "bar")];
  const total = column.get(row);
  const value = column.perSecond && typeof total === "number" ? total / look.seconds : total;
  const hot = typeof value === "number" && column.hot?.(value, row) === true;
  const style = value === undefined || value === 0 ? "dim" : hot ? "warning" : "plain";
  return [span(fit(formatValue(value, column.unit, column.perSecond), width, align), style)];
}

function histRanges(columns: readonly ShownColumn[], rows: readonly Row[]): ReadonlyMap<string, LogRange> {
  const ranges = new Map<string, LogRange>();
  for (const { id, column } of columns) {
    if (column?.hist === undefined) continue;
    const hists: Hist[] = rows.map(column.hist);
    ranges.set(id, logRange(hists));
  }
  return ranges;
}

/** `fio[4242]`, and where there is room its container and its command line. A name that must be cut keeps its PID. */
function processSpans(pane: AnyTable, row: Row, nameOf: NameOf, width: number): readonly Span[] {
  const process = pane.process?.(row);
  if (process === undefined) return [span(" ".repeat(width))];
  const whole = printable(processText(process, nameOf));
  if (textWidth(whole) > width) {
    const pid = `[${process.pid}]`;
    return [span(fit(`${cut(whole, width - pid.length - 1)}…${pid}`, width))];
  }
  const name = nameOf(process);
  const more = [
    name?.exited ? "(exited)" : "",
    name?.container === undefined ? "" : `{${name.container}}`,
    name?.cmdline ?? "",
  ];
  const text = more.filter((part) => part !== "").join(" ");
  const left = width - textWidth(whole);
  // A few letters of a command line tell nothing.
  return left < 6 || text === "" ? [span(fit(whole, width))] : [span(`${whole} `), span(fit(text, left - 1), "dim")];
}
