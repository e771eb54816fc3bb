/** One pane: title, status, and its table or distribution. Pure. */
import type { Hist } from "../../sources/hist.ts";
import type { Window } from "../../sources/source.ts";
import { formatValue } from "../../panes/kit/format.ts";
import { histogramLines } from "../../panes/kit/histogram.ts";
import { type Line, fitLine, joined, line, span, spread } from "../../panes/kit/line.ts";
import { tableLines } from "../../panes/kit/table.ts";
import { type AnyTable, type Row, processText } from "../../panes/kit/tableRows.ts";
import { fit, printable, textWidth } from "../../panes/kit/text.ts";
import type { AnyPane, Column } from "../../panes/pane.ts";
import { fed } from "../fed.ts";
import { type UiState, boardOf, shownOf, subjectOf, tableId, tableOf } from "../state.ts";
import { selectedSlot } from "../slotKeys.ts";
import { cursorIndex, firstRow, shownRows, sortOf } from "../tableKeys.ts";
import type { View } from "../view.ts";
import { absenceLines, statusLine, statusLines } from "./status.ts";

/** Less of a question asks nothing. */
const QUESTION_LEAST = 16;

export interface PaneBox {
  readonly width: number;
  readonly height: number;
  /** Over the whole screen: there is room to say everything. */
  readonly whole: boolean;
}

/** Exactly `height` lines of `width` columns. */
export function paneLines(state: UiState, pane: AnyPane, box: PaneBox): readonly Line[] {
  const { width, height, whole } = box;
  const view = shownOf(state)?.view;
  const title = titleLine(state, pane, width);
  const status = view === undefined ? [] : whole ? statusLines(pane, view, width) : [statusLine(pane, view, width)];
  const head = [title, ...(height >= 4 ? status : [])].slice(0, Math.max(1, height - 2));
  const body = bodyLines(state, pane, view, { width, height: height - head.length, whole });
  return Array.from({ length: Math.max(0, height) }, (_, i) => fitLine([...head, ...body][i] ?? [], width));
}

/** What was done to the rows stays where there is no room for the question. */
function titleLine(state: UiState, pane: AnyPane, width: number): Line {
  const focused = subjectOf(state) === pane;
  const style = focused ? "titleFocused" : "title";
  const number = boardOf(state).indexOf(pane) + 1;
  const name = `${focused ? "▸" : " "}${number >= 1 && number <= 9 ? `${number} ` : ""}${pane.name} `;
  const right = printable(aside(state, pane));
  const room = width - textWidth(name) - (right === "" ? 0 : textWidth(right) + 2);
  const whole = printable(pane.question);
  const question = room < QUESTION_LEAST ? "" : textWidth(whole) < room ? whole : fit(whole, room - 1);
  const rule = "─".repeat(Math.max(0, room - textWidth(question) - 2));
  if (focused)
    return fitLine(spread(line(`${name} ${question}`, style), line(`${right} `, style), width, style), width);
  return fitLine(
    [span(name, "strong"), span(` ${question}`, "dim"), span(` ${rule} `, "dim"), span(right, style)],
    width,
  );
}

/** What was done to the rows: filter, how many of how many, order. */
function aside(state: UiState, pane: AnyPane): string {
  if (pane.kind !== "table") return "";
  const { filter } = tableOf(state, tableId(pane));
  const rows = shownRows(state, pane);
  const typing = state.filtering && subjectOf(state) === pane;
  const filtered = filter === "" && !typing ? "" : `/${filter}${typing ? "█" : ""}  `;
  if (rows === undefined) return filtered;
  const { column, descending } = sortOf(state, pane);
  const heading = (pane.columns as readonly Column<Row>[]).find(({ id }) => id === column)?.heading ?? "PROCESS";
  const many = filter === "" ? rows.total : `${rows.rows.length} of ${rows.total}`;
  return `${filtered}${many} by ${heading}${descending ? "▼" : "▲"}`;
}

function bodyLines(state: UiState, pane: AnyPane, view: View | undefined, box: PaneBox): readonly Line[] {
  const { source } = fed(pane, view?.frame);
  const window = view?.window(source);
  if (view === undefined || window === undefined) return absenceLines(source, view, box.width);
  if (pane.kind === "table") return tableBody(state, pane, view, window, box);
  const { unit, event } = pane;
  const selected = subjectOf(state) === pane ? selectedSlot(state, pane)?.low : undefined;
  return histogramLines(pane.hist(window) as Hist, { unit, event, seconds: window.seconds, selected, ...box });
}

function tableBody(state: UiState, pane: AnyTable, view: View, window: Window<unknown>, box: PaneBox): readonly Line[] {
  const shown = shownRows(state, pane);
  if (shown === undefined) return [];
  const { rows, total } = shown;
  const { width } = box;
  const summary = box.height >= 5 ? summaryLines(pane, window, width) : [];
  const { cursor } = tableOf(state, tableId(pane));
  const index = cursorIndex(cursor, rows.length, (i) => (rows[i] === undefined ? "" : pane.rowKey(rows[i])));
  const details = box.whole ? selectedHistogram(pane, rows[index], view, window, box) : [];
  const height = box.height - summary.length - details.length;
  const top = firstRow(index, rows.length, height - 1);
  const focused = subjectOf(state) === pane;
  const look = {
    sort: sortOf(state, pane),
    nameOf: view.nameOf,
    seconds: window.seconds,
    top,
    cursor: focused ? index : undefined,
    width,
    height,
  };
  const table = tableLines(pane, rows, look);
  const none =
    rows.length > 0
      ? []
      : [line(total === 0 ? "nothing in this interval" : "no row has this text; Esc clears the filter", "dim")];
  const filled = [...summary, ...table, ...none];
  // What belongs to the selected row stands at the bottom, however few rows there are.
  const gap = Math.max(0, box.height - details.length - filled.length);
  return details.length === 0 ? filled : [...filled, ...Array.from({ length: gap }, () => [] as Line), ...details];
}

function summaryLines(pane: AnyTable, window: Window<unknown>, width: number): readonly Line[] {
  const items = pane.summary?.(window) ?? [];
  if (items.length === 0) return [];
  const parts = items.map(({ label, value, unit, perSecond }): Line => {
    const shown = perSecond && typeof value === "number" ? value / window.seconds : value;
    return [span(`${label} `, "dim"), span(formatValue(shown, unit, perSecond), "strong")];
  });
  return [joined(parts, span("  "), width)];
}

/** Over the whole screen the small distribution of the cursor's row is shown in full. */
function selectedHistogram(
  pane: AnyTable,
  row: Row | undefined,
  view: View,
  window: Window<unknown>,
  box: PaneBox,
): readonly Line[] {
  const column = (pane.columns as readonly Column<Row>[]).find(({ hist }) => hist !== undefined);
  const height = Math.floor(box.height / 2);
  if (row === undefined || column?.hist === undefined || height < 5) return [];
  const first = pane.columns[0]?.get(row);
  const process = pane.process?.(row);
  const name = process === undefined ? String(first ?? "") : processText(process, view.nameOf);
  const look = { unit: column.unit, event: "event", seconds: window.seconds, width: box.width, height: height - 1 };
  return [
    fitLine([span(`${column.heading.toLowerCase()} of ${name}`, "title")], box.width),
    ...histogramLines(column.hist(row), look),
  ];
}
