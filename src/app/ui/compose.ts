/** The whole screen as lines: exactly as many as it has rows, each exactly as wide. Pure. */
import { type Line, type Span, fitLine, span } from "../../panes/kit/line.ts";
import { CHROME_LINES, layoutOf } from "../layout.ts";
import { boardLayout, selectedUseRow, visiblePanes } from "../nav.ts";
import { infoLines } from "../process/lines.ts";
import { stacksLines } from "../stacks/lines.ts";
import { USE, type UiState, placeOf, shownOf, subjectOf } from "../state.ts";
import { waysLines } from "../ways.ts";
import { footerLines } from "./footer.ts";
import { headerLine } from "./header.ts";
import { helpLines } from "./help.ts";
import { paneLines } from "./paneView.ts";
import { useDetailLines } from "./useDetail.ts";
import { useSummaryLines } from "./useSummary.ts";
import { verdictLine } from "./verdict.ts";

/** `label` says what is looked at, such as the kernel or a recording's name. */
export function screenLines(state: UiState, label: string): readonly Line[] {
  const { columns, rows } = state.size;
  const body = bodyLines(state, Math.max(0, rows - CHROME_LINES));
  const all = [headerLine(state, label), ...body];
  const end = footerLines(state);
  const start = rows - end.length;
  return Array.from({ length: rows }, (_, i) => fitLine((i < start ? all[i] : end[i - start]) ?? [], columns));
}

function bodyLines(state: UiState, height: number): readonly Line[] {
  const width = state.size.columns;
  const place = placeOf(state);
  switch (place.kind) {
    case "overview":
      return overviewLines(state);
    case "use":
      return useDetailLines(state, width, height);
    case "pane":
      return paneLines(state, place.pane, { width, height, whole: true });
    case "process":
      return boardLines(state, infoLines(state, place, width));
    case "ways":
      return waysLines(place, width, height);
    case "stacks":
      return stacksLines(place, shownOf(state)?.view, state.filtering, { width, height });
    case "help":
      return helpLines(state).slice(place.top, place.top + height);
  }
}

/** Some lines, and the panes of the board below them. */
function boardLines(state: UiState, head: readonly Line[]): readonly Line[] {
  const { layout } = boardLayout(state);
  const padded = Array.from({ length: layout.useLines + layout.verdictLines }, (_, i) => head[i] ?? []);
  return [...padded, ...gridLines(state, layout.gridWidths, layout.gridHeights)];
}

function overviewLines(state: UiState): readonly Line[] {
  const { columns: width } = state.size;
  const shown = shownOf(state);
  const rows = shown?.view.use.rows ?? [];
  const layout = layoutOf(state.size, rows.length, state.panes.length);
  const selected = subjectOf(state) === USE ? selectedUseRow(state) : undefined;
  const use =
    shown === undefined
      ? []
      : useSummaryLines(rows, { history: shown.history, selected, width, height: layout.useLines });
  const padded = Array.from({ length: layout.useLines }, (_, i) => use[i] ?? []);
  const verdict = layout.verdictLines > 0 ? [verdictLine(shown?.view.use.verdict, selected, width)] : [];
  return [...padded, ...verdict, ...gridLines(state, layout.gridWidths, layout.gridHeights)];
}

const RULE: Span = span("│", "dim");

function gridLines(state: UiState, widths: readonly number[], heights: readonly number[]): readonly Line[] {
  const panes = visiblePanes(state);
  return heights.flatMap((height, row) => {
    const cells = widths.map((width, column) => {
      const pane = panes[row * widths.length + column];
      return pane === undefined ? [] : paneLines(state, pane, { width, height, whole: false });
    });
    return Array.from({ length: height }, (_, y) =>
      cells.flatMap((cell, i): Line => {
        const line = cell[y] ?? fitLine([], widths[i] ?? 0);
        return i === 0 ? line : [RULE, ...line];
      }),
    );
  });
}
