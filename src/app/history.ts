/** The recent past of every USE metric, for sparklines and charts. Pure. */
import type { Metric, UseReport, UseRow } from "../panes/use/report.ts";

/** Values per metric, oldest first, one per update; undefined where it was not measured. */
export type Series = readonly (number | undefined)[];
export type History = ReadonlyMap<string, Series>;

export const NO_HISTORY: History = new Map();
/** Values kept: four minutes at one a second, and a chart as wide as most terminals. */
const KEPT = 240;

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
