/** The USE summary: one line per resource, the worst first to stay. Pure. */
import { NUMBER_WIDTH, formatValue } from "../../panes/kit/format.ts";
import { type Line, type Span, fitLine, restyled, span } from "../../panes/kit/line.ts";
import { sparkline } from "../../panes/kit/spark.ts";
import { fit, printable, textWidth } from "../../panes/kit/text.ts";
import type { Metric, UseRow } from "../../panes/use/report.ts";
import { type History, decidingMetric, seriesOf } from "../history.ts";
import { useRowName } from "../nav.ts";
import { MARK_WIDTH, severityMark, severityRank, severityStyle } from "./severity.ts";

export interface UseLook {
  readonly history: History;
  /** The cursor's row; undefined where the summary has no focus. */
  readonly selected: UseRow | undefined;
  readonly width: number;
  readonly height: number;
}

interface Widths {
  readonly name: number;
  /** Utilization, saturation, errors. */
  readonly metrics: readonly number[];
  readonly spark: number;
  readonly finding: number;
}

const KINDS = ["utilization", "saturation", "errors"] as const;
/** Every number fits. */
const METRIC_LEAST = NUMBER_WIDTH;
const METRIC_MOST = 26;
const FINDING_ENOUGH = 28;
/** Less of a finding says nothing; there is the verdict. */
const FINDING_LEAST = 12;

/** Most numbers; a wider one takes from its label. */
const VALUE_WIDTH = 7;

/** At most `height` lines: headings from three lines on, then the rows, what is left out counted in the last. */
export function useSummaryLines(rows: readonly UseRow[], look: UseLook): readonly Line[] {
  const { width, height } = look;
  if (height <= 0) return [];
  const widths = widthsFor(rows, width);
  const heading = height >= 3 ? [headingLine(widths, width)] : [];
  const { kept, folded } = foldRows(rows, height - heading.length, look.selected);
  const lines = kept.map((row): Line => {
    const line = fitLine(rowSpans(row, look.history, widths), width);
    return row === look.selected ? restyled(line, "selected", width) : line;
  });
  return [...heading, ...lines, ...(folded.length > 0 ? [foldLine(folded, width)] : [])];
}

/** Rows in their own order, as many as there is room for; idle ones that are well leave first, the cursor's row never. */
export function foldRows(
  rows: readonly UseRow[],
  room: number,
  selected: UseRow | undefined,
): { readonly kept: readonly UseRow[]; readonly folded: readonly UseRow[] } {
  if (rows.length <= room) return { kept: rows, folded: [] };
  const ranked = [...rows.entries()].sort(
    ([i, a], [j, b]) => importance(b, selected) - importance(a, selected) || i - j,
  );
  const kept = new Set(ranked.slice(0, Math.max(1, room - 1)).map(([, row]) => row));
  return { kept: rows.filter((row) => kept.has(row)), folded: rows.filter((row) => !kept.has(row)) };
}

/** Severity first; among those that are well a machine-wide resource, then what is in use. */
function importance(row: UseRow, selected: UseRow | undefined): number {
  if (row === selected) return Infinity;
  const active = (row.utilization[0]?.value ?? 0) > 0 ? 1 : 0;
  return -10 * severityRank(row.severity) + (row.instance === "" ? 4 : 0) + active;
}

function widthsFor(rows: readonly UseRow[], width: number): Widths {
  const longest = rows.reduce((most, row) => Math.max(most, textWidth(printable(useRowName(row)))), 8);
  const name = Math.min(longest, width < 100 ? 14 : 24);
  const spark = width < 70 ? 0 : width < 100 ? 8 : width < 160 ? 12 : 30;
  const left = Math.max(0, width - MARK_WIDTH - 1 - name - 1 - KINDS.length - (spark > 0 ? spark + 1 : 0));
  // By the labels, which stay the same from update to update, so that the columns do not move.
  const wanted = KINDS.map((kind) => rows.reduce((most, row) => Math.max(most, metricWidth(row[kind])), METRIC_LEAST));
  const whole = wanted.reduce((sum, cell) => sum + cell, 0);
  const room = width < 110 ? left : Math.max(left / 2, left - FINDING_ENOUGH);
  const metrics = whole <= room ? wanted : shrunk(wanted, room);
  const finding = left - metrics.reduce((sum, cell) => sum + cell, 0);
  return { name, metrics, spark, finding: finding < FINDING_LEAST ? 0 : finding };
}

/** Labels are cut, numbers never: where three do not fit, errors go first, for the state tells of them too. */
function shrunk(wanted: readonly number[], room: number): readonly number[] {
  const kept = wanted.slice(0, Math.max(1, Math.min(wanted.length, Math.floor(room / METRIC_LEAST))));
  const labels = kept.reduce((sum, cell) => sum + cell - METRIC_LEAST, 0);
  const forLabels = Math.max(0, room - kept.length * METRIC_LEAST);
  const share = labels === 0 ? 0 : Math.min(1, forLabels / labels);
  return kept.map((cell) => METRIC_LEAST + Math.floor((cell - METRIC_LEAST) * share));
}

const metricWidth = (metrics: readonly Metric[]) =>
  metrics.reduce((most, { label }) => Math.max(most, Math.min(METRIC_MOST, VALUE_WIDTH + 1 + label.length)), 0);

function headingLine({ name, metrics, spark, finding }: Widths, width: number): Line {
  const kinds = metrics.map((cell, i) => fit((KINDS[i] ?? "").toUpperCase(), cell));
  const history = spark > 0 ? [fit("HISTORY", spark)] : [];
  const parts = [fit("STATE", MARK_WIDTH), fit("RESOURCE", name), ...kinds, ...history, finding > 0 ? "FINDING" : ""];
  return fitLine([span(parts.join(" "), "heading")], width);
}

function rowSpans(row: UseRow, history: History, widths: Widths): readonly Span[] {
  const gap = span(" ");
  const decides = decidingMetric(row);
  return [
    severityMark(row.severity),
    gap,
    span(fit(useRowName(row), widths.name), row.severity === "ok" ? "plain" : "strong"),
    gap,
    ...KINDS.slice(0, widths.metrics.length).flatMap((kind, i) => [
      ...metricSpans(worstOf(row[kind]), widths.metrics[i] ?? 0),
      gap,
    ]),
    ...(widths.spark > 0 ? [span(sparkOf(row, decides, history, widths.spark), "bar"), gap] : []),
    span(fit(row.finding, widths.finding), severityStyle(row.severity)),
  ];
}

/** The first decides unless another is worse. */
function worstOf(metrics: readonly Metric[]): Metric | undefined {
  return metrics.reduce<Metric | undefined>((worst, metric) => {
    if (worst === undefined) return metric;
    return metric.severity !== "unknown" && severityRank(metric.severity) < severityRank(worst.severity)
      ? metric
      : worst;
  }, undefined);
}

/** Value and label; a kind of metric that the resource does not have is not measured either. */
function metricSpans(metric: Metric | undefined, width: number): readonly Span[] {
  const value = formatValue(metric?.value, metric?.unit ?? "count", metric?.perSecond).padStart(VALUE_WIDTH);
  const style = metric?.value === undefined ? "dim" : severityStyle(metric.severity);
  const label = width - value.length;
  // A letter or two of a label tell nothing.
  if (metric === undefined || label < 4) return [span(fit(value, width), style)];
  return [span(value, style), span(fit(` ${metric.label}`, label), "dim")];
}

/** Percent against the whole, everything else against its own highest. */
export function sparkOf(row: UseRow, metric: Metric | undefined, history: History, width: number): string {
  if (metric === undefined) return " ".repeat(width);
  const series = seriesOf(history, row, metric);
  const shown = series.slice(-width);
  const full = metric.unit === "percent" ? 100 : shown.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  return sparkline(shown, width, full);
}

/** `+7 ok: disk loop0 loop1 …` */
function foldLine(folded: readonly UseRow[], width: number): Line {
  const worst = folded.reduce((rank, { severity }) => Math.min(rank, severityRank(severity)), Infinity);
  const allOk = worst === severityRank("ok");
  const names = folded.map((row, i) => (folded[i - 1]?.resource === row.resource ? row.instance : useRowName(row)));
  return fitLine([span(fit(`+${folded.length} ${allOk ? "ok" : "more"}: ${names.join(" ")}`, width), "dim")], width);
}
