/** Who gets which part of the screen. Pure; everything adds up to exactly the screen's size. */
import type { Size } from "./state.ts";

export interface Layout {
  /** Lines of the USE summary, its headings included; 0 where there is no room. */
  readonly useLines: number;
  readonly verdictLines: number;
  /** Heights of the rows of panes, widths of the columns; a column between two is the rule. */
  readonly gridHeights: readonly number[];
  readonly gridWidths: readonly number[];
  /** Panes on one page. */
  readonly perPage: number;
}

/** The header above and the footer below. */
export const CHROME_LINES = 2;
/** Title, status, headings and four rows. */
const PANE_LEAST_LINES = 7;
const PANE_LEAST_COLUMNS = 59;
const USE_SHARE = 0.3;
/** Headings and one row for each kind of resource. */
const USE_WHOLE = 8;

export function layoutOf({ columns, rows }: Size, useRows: number, panes: number): Layout {
  const verdictLines = rows >= 8 ? 1 : 0;
  const body = Math.max(0, rows - CHROME_LINES - verdictLines);
  const share = Math.max(Math.round(body * USE_SHARE), body >= 2 * USE_WHOLE ? USE_WHOLE : 0);
  const useLines = Math.min(useRows + 1, share);
  const area = body - useLines;
  const most = Math.max(1, Math.floor(area / PANE_LEAST_LINES));
  const across = Math.max(1, Math.min(panes, Math.floor((columns + 1) / (PANE_LEAST_COLUMNS + 1))));
  const gridRows = Math.max(1, Math.min(most, Math.ceil(panes / across)));
  // Four across in two rows would leave two places empty where three across leave none.
  const gridColumns = Math.max(1, Math.min(across, Math.ceil(panes / gridRows)));
  return {
    useLines,
    verdictLines,
    gridHeights: shares(area, gridRows),
    gridWidths: shares(columns - (gridColumns - 1), gridColumns),
    perPage: gridRows * gridColumns,
  };
}

/** A length in whole parts that differ by one at most and add up to it. */
function shares(length: number, parts: number): readonly number[] {
  const whole = Math.max(0, length);
  return Array.from(
    { length: parts },
    (_, i) => Math.floor((whole * (i + 1)) / parts) - Math.floor((whole * i) / parts),
  );
}

/** The page of the overview that holds what has the focus; the USE summary stands over the first. */
export function pageOf(focus: number, { perPage }: Layout): number {
  return focus === 0 ? 0 : Math.floor((focus - 1) / perPage);
}
