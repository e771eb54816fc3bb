/** One line of `--json`: the same view as the screen's, with units in the names and totals instead of rates. Pure. */
import type { AnyPane, Cell, Column, HistogramPane, TablePane } from "../../panes/pane.ts";
import type { Metric, UseRow } from "../../panes/use/report.ts";
import { type Hist, count, percentile, toLog2 } from "../../sources/hist.ts";
import type { ProcessId } from "../../sources/process.ts";
import { type SourceState, type Window, coverageOf } from "../../sources/source.ts";
import type { Quality, Unit } from "../../sources/units.ts";
import { fed } from "../fed.ts";
import type { View } from "../view.ts";

/** Plain JSON, as `bpftop --schema` describes it; `null` is what was not measured. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** The fields that tell a process, in every row that belongs to one. */
export const PROCESS_FIELDS = ["pid", "startMs", "comm", "cmdline", "cgroup", "container", "exited"] as const;

/** What is read off a histogram's slots rather than counted. */
const ESTIMATES = ["p50", "p99", "max"] as const;

export function jsonLine(view: View, panes: readonly AnyPane[]): JsonObject {
  const { verdict, rows } = view.use;
  return {
    time: new Date(view.frame.wallMs).toISOString(),
    host: view.frame.host,
    seconds: view.seconds ?? null,
    verdict: {
      severity: verdict.severity,
      text: verdict.text,
      resource: verdict.row?.resource ?? null,
      instance: verdict.row?.instance ?? null,
      pane: verdict.row?.pane ?? null,
    },
    use: rows.map((row) => useRow(row, view)),
    panes: Object.fromEntries(panes.map((pane) => [pane.name, paneOf(pane, view)])),
  };
}

/** The key of a quantity: `named("p99", "ns")` is `p99Ns`. */
export function named(name: string, unit: Unit): string {
  return `${name}${unit.charAt(0).toUpperCase()}${unit.slice(1)}`;
}

/** Quality by key, of the histogram's keys that are not plainly measured. */
export function histogramQuality(unit: Unit): Readonly<Record<string, Quality>> {
  return Object.fromEntries(ESTIMATES.map((name) => [named(name, unit), "estimated"]));
}

function useRow(row: UseRow, view: View): JsonObject {
  return {
    resource: row.resource,
    instance: row.instance,
    severity: row.severity,
    verdict: row.finding,
    pane: row.pane ?? null,
    u: metrics(row.utilization),
    s: metrics(row.saturation),
    e: metrics(row.errors),
    suspects: row.suspects.map((suspect) => ({ ...processFields(suspect.process, view), share: suspect.share })),
  };
}

const metrics = (list: readonly Metric[]) =>
  Object.fromEntries(list.map((metric) => [metric.id, metric.value ?? null]));

/** `rows` are the rows of a table to tell of, in their order; without, all of them. */
export function paneOf(declared: AnyPane, view: View, rows?: readonly unknown[]): JsonObject {
  const pane = fed(declared, view.frame);
  const window = view.window(pane.source);
  const stateFrom = (source: string) => view.frame.snapshots[source]?.state ?? { kind: "off" };
  return {
    ...stateOf(stateFrom(pane.source), stateFrom(declared.source)),
    seconds: window?.seconds ?? null,
    lost: window?.lost ?? null,
    ...(pane.kind === "table" ? tableOf(pane, window, view, rows) : histogramOf(pane, window)),
  };
}

/** `first` is the state of the source that should feed the pane: the same, or one that has failed. */
function stateOf(state: SourceState, first: SourceState): JsonObject {
  const coverage = coverageOf(state);
  return {
    state: state.kind,
    via: coverage?.via ?? [],
    since: coverage === undefined ? null : new Date(coverage.sinceMs).toISOString(),
    unseen: coverage?.unseen ?? [],
    missing: state.kind === "degraded" ? state.missing : [],
    why: first.kind === "failed" ? first.why : null,
    advice: first.kind === "failed" ? first.advice : null,
  };
}

function tableOf(
  pane: TablePane<unknown, unknown>,
  window: Window<unknown> | undefined,
  view: View,
  rows?: readonly unknown[],
): JsonObject {
  if (window === undefined) return { totals: null, rows: null };
  return {
    totals: (pane.summary?.(window) ?? []).map(({ label, unit, value }) => ({ label, unit, value: cell(value) })),
    rows: (rows ?? pane.rows(window, pane.also === undefined ? undefined : view.window(pane.also))).map((row) => ({
      ...(pane.process && processFields(pane.process(row), view)),
      ...Object.fromEntries(pane.columns.map((column) => [column.id, columnValue(column, row)])),
    })),
  };
}

function columnValue(column: Column<unknown>, row: unknown): Json {
  return column.hist === undefined ? cell(column.get(row)) : histogram(column.hist(row), column.unit);
}

function histogramOf(pane: HistogramPane<unknown>, window: Window<unknown> | undefined): JsonObject {
  return { event: pane.event, histogram: window === undefined ? null : histogram(pane.hist(window), pane.unit) };
}

function histogram(hist: Hist, unit: Unit): JsonObject {
  const events = count(hist);
  return {
    unit,
    count: events,
    [named("sum", unit)]: hist.sum,
    [named("p50", unit)]: percentile(hist, 0.5) ?? null,
    [named("p99", unit)]: percentile(hist, 0.99) ?? null,
    [named("max", unit)]: events === 0 ? null : hist.max,
    quality: histogramQuality(unit),
    slots: toLog2(hist).map(({ low, high, count }) => ({ low, high, count })),
  };
}

function processFields(process: ProcessId | undefined, view: View): JsonObject {
  const name = process && view.nameOf(process);
  return {
    pid: process?.pid ?? null,
    startMs: process?.startMs ?? null,
    comm: process?.comm ?? null,
    cmdline: name?.cmdline ?? null,
    cgroup: name?.cgroup ?? null,
    container: name?.container ?? null,
    exited: name?.exited ?? null,
  } satisfies Record<(typeof PROCESS_FIELDS)[number], Json>;
}

/** JSON has no NaN and no infinity; neither is a measurement. */
const cell = (value: Cell): Json =>
  value === undefined || (typeof value === "number" && !Number.isFinite(value)) ? null : value;
