/** All resources, and everything about the one the cursor is on. Pure. */
import type { Charts } from "../../panes/kit/charts.ts";
import { formatValue } from "../../panes/kit/format.ts";
import { type Line, fitLine, line, span } from "../../panes/kit/line.ts";
import { fit } from "../../panes/kit/text.ts";
import type { Metric, UseRow } from "../../panes/use/report.ts";
import { decidingMetric, metricsOf, seriesOf } from "../history.ts";
import { selectedUseRow, useRowName } from "../nav.ts";
import { type Shown, type UiState, shownOf } from "../state.ts";
import { severityMark, severityStyle } from "./severity.ts";
import { sparkOf, useSummaryLines } from "./useSummary.ts";
import { verdictLine } from "./verdict.ts";

const LABEL_WIDTH = 22;
const VALUE_WIDTH = 9;
const CHART_LEAST = 6;

export function useDetailLines(state: UiState, width: number, height: number): readonly Line[] {
  const shown = shownOf(state);
  if (shown === undefined) return [line("measuring…", "dim")];
  const { rows, verdict } = shown.view.use;
  const selected = selectedUseRow(state);
  const summaryHeight = Math.min(rows.length + 1, Math.max(3, Math.floor(height / 2)));
  const summary = useSummaryLines(rows, { history: shown.history, selected, width, height: summaryHeight });
  const head = [...summary, verdictLine(verdict, selected, width)];
  return selected === undefined
    ? head
    : [...head, ...detail(selected, shown, state.charts, width, height - head.length)];
}

function detail(row: UseRow, shown: Shown, charts: Charts | undefined, width: number, height: number): readonly Line[] {
  const title = fitLine(
    [
      severityMark(row.severity),
      span(` ${useRowName(row)} `, "strong"),
      span(row.finding, severityStyle(row.severity)),
    ],
    width,
    "title",
  );
  const kinds: readonly (readonly [string, readonly Metric[]])[] = [
    ["U", row.utilization],
    ["S", row.saturation],
    ["E", row.errors],
  ];
  const metrics = kinds.flatMap(([kind, list]) => list.map((metric) => metricLine(kind, row, metric, shown, width)));
  const suspects = row.suspects.map(({ process, share }) => line(`  ${process.comm}[${process.pid}] ${share}`));
  const pane = row.pane === undefined ? [] : [line(`Enter opens ${row.pane}`, "dim")];
  const texts = [title, ...metrics, ...(suspects.length > 0 ? [line("suspects", "title"), ...suspects] : []), ...pane];
  return [...texts, ...picture(row, shown, charts, width, height - texts.length)];
}

function metricLine(kind: string, row: UseRow, metric: Metric, shown: Shown, width: number): Line {
  const value = formatValue(metric.value, metric.unit, metric.perSecond);
  const spark = Math.max(0, Math.min(120, width - LABEL_WIDTH - VALUE_WIDTH - 6));
  return [
    span(`  ${kind} `, "dim"),
    span(fit(metric.label, LABEL_WIDTH)),
    span(fit(value, VALUE_WIDTH, "right"), severityStyle(metric.severity)),
    span(" "),
    span(sparkOf(row, metric, shown.history, spark), "bar"),
  ];
}

/** The deciding metric's past as a chart, and beside it how full the resource is; once the libraries are there. */
function picture(
  row: UseRow,
  shown: Shown,
  charts: Charts | undefined,
  width: number,
  height: number,
): readonly Line[] {
  const metric = decidingMetric(row);
  if (metric === undefined || charts === undefined || height < CHART_LEAST + 1) return [];
  const { donutSize } = charts;
  const full = metricsOf(row).flatMap(({ label, value, unit }) =>
    unit === "percent" && value !== undefined ? [{ label, percent: value }] : [],
  );
  // The chart keeps at least half of the width.
  const room = height - 1 < donutSize.height ? 0 : Math.floor(width / 2 / donutSize.width);
  const rings = full.length === 0 || room === 0 ? [] : charts.donuts(full.slice(0, room));
  const chartWidth = rings.length === 0 ? width : width - Math.min(room, full.length) * donutSize.width - 1;
  const chart = charts.history(
    seriesOf(shown.history, row, metric),
    metric.unit,
    metric.perSecond ?? false,
    chartWidth,
    height - 1,
  );
  if (chart === undefined && rings.length === 0) return [];
  const lines = Array.from(
    { length: Math.max(chart?.length ?? 0, rings.length) },
    (_, i): Line => [...fitLine(chart?.[i] ?? [], chartWidth), span(" "), ...(rings[i] ?? [])],
  );
  return [line(`${metric.label}, newest at the right`, "title"), ...lines];
}
