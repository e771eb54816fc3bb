/** The recent past of every USE metric, for sparklines and charts. Pure. */
import type { Metric, UseReport, UseRow } from "../panes/use/report.ts";

/** Values per metric, oldest first, one per update; undefined where it was not measured. */
export type Series = readonly (number | undefined)[];
export type History = ReadonlyMap<string, Series>;

export const NO_HISTORY: History = new Map();
/** Values kept: four minutes at one a second, and a chart as wide as most terminals. */
export const KEPT = 240;

export function remember(history: History, { rows }: UseReport): History {
  const next = new Map<string, Series>();
  for (const row of rows) {
    for (const metric of metricsOf(row)) {
      const key = seriesKey(row, metric);
      next.set(key, [...(history.get(key) ?? []).slice(1 - KEPT), metric.value]);
    }
  }
  return next;
}

/** The values of one update alone. */
export type MetricValues = ReadonlyMap<string, number | undefined>;

export function metricValues({ rows }: UseReport): MetricValues {
  return new Map(
    rows.flatMap((row) => metricsOf(row).map((metric) => [seriesKey(row, metric), metric.value] as const)),
  );
}

/** What {@link remember} would have made of these updates, oldest first; undefined is one that measured nothing. */
export function historyOf(updates: readonly (MetricValues | undefined)[]): History {
  const history = new Map<string, Series>();
  for (const key of updates.at(-1)?.keys() ?? []) {
    const since = updates.findLastIndex((values) => !values?.has(key)) + 1;
    history.set(
      key,
      updates.slice(Math.max(since, updates.length - KEPT)).map((values) => values?.get(key)),
    );
  }
  return history;
}

export function seriesOf(history: History, row: UseRow, metric: Metric): Series {
  return history.get(seriesKey(row, metric)) ?? [];
}

/** The metric that decides about a row: the worst, saturation before utilization; where all is well, utilization. */
export function decidingMetric(row: UseRow): Metric | undefined {
  const worst = [...row.saturation, ...row.errors, ...row.utilization].find(
    ({ severity }) => severity === row.severity,
  );
  const usual = row.utilization[0] ?? row.saturation[0] ?? row.errors[0];
  return row.severity === "ok" || row.severity === "unknown" ? usual : (worst ?? usual);
}

export function metricsOf(row: UseRow): readonly Metric[] {
  return [...row.utilization, ...row.saturation, ...row.errors];
}

/** Stable identity of a row from update to update. */
export function useRowKey(row: UseRow): string {
  return `${row.resource} ${row.instance}`;
}

const seriesKey = (row: UseRow, metric: Metric) => `${useRowKey(row)} ${metric.id}`;
