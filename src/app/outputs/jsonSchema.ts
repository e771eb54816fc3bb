/** The JSON Schema of a line of `--json`, made from the panes' own declarations as the line itself is. Pure. */
import type { AnyPane, Column, HistogramPane, TablePane } from "../../panes/pane.ts";
import type { Unit } from "../../sources/units.ts";
import { type PROCESS_FIELDS, histogramQuality, named } from "./jsonLine.ts";
import { type Properties, type Schema, counted, described, list, nullable, object, text } from "./schema.ts";

const number: Schema = { type: "number" };
const time: Schema = { type: "string", format: "date-time" };
const severity: Schema = { enum: ["ok", "notice", "warning", "critical", "unknown"] };

const PROCESS: Record<(typeof PROCESS_FIELDS)[number], Schema> = {
  pid: described(nullable(counted), "in the initial PID namespace; 0 is the kernel's idle task or an interrupt"),
  startMs: described(nullable(number), "start in ms since boot; with pid it names a process for good"),
  comm: described(nullable(text), "the kernel's name of the process, at most 15 bytes, as hostile as its owner"),
  cmdline: described(nullable(text), "command line; null for kernel threads and where it could not be read in time"),
  cgroup: nullable(text),
  container: described(nullable(text), "short container id or pod name; null outside containers"),
  exited: nullable({ type: "boolean" }),
};

const METRICS: Schema = { type: "object", additionalProperties: nullable(number) };

const USE_ROW = object({
  resource: { enum: ["cpu", "memory", "disk", "network", "tcp", "filesystem", "limits"] },
  instance: described(text, "disk, interface or mount point; empty where the resource is the whole machine's"),
  severity: described(severity, "unknown: not measured"),
  verdict: described(text, "the finding in words; empty where ok"),
  pane: described(nullable(text), "the pane that explains it"),
  u: described(METRICS, "utilization; names carry the unit"),
  s: described(METRICS, "saturation: work that waits"),
  e: described(METRICS, "errors"),
  suspects: list(object({ ...PROCESS, share: described(text, "why it is suspected, with its number") })),
});

const VERDICT = object({
  severity,
  text: described(text, "the worst finding in one sentence"),
  resource: nullable(text),
  instance: nullable(text),
  pane: nullable(text),
});

const STATE: Properties = {
  state: { enum: ["off", "attaching", "live", "degraded", "failed"] },
  via: described(list(text), "the hooks or files in use, as tp_btf:sched_switch"),
  since: described(nullable(time), "when it was attached"),
  unseen: described(list(text), "what is not seen by the way it is got"),
  missing: described(list(text), "what this kernel could not give"),
  why: described(nullable(text), "why it failed, or why another source stands in for the one that should feed it"),
  advice: described(nullable(text), "what to do about it"),
  seconds: described(nullable(number), "length of the interval; lines abut, so their totals add up"),
  lost: described(nullable(counted), "events of the interval that could not be counted"),
};

/** The schema of a line that holds these panes. */
export function jsonSchema(panes: readonly AnyPane[]): Schema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "a line of bpftop --json",
    ...object({
      time: described(time, "end of the interval"),
      host: text,
      seconds: nullable(number),
      verdict: VERDICT,
      use: described(list(USE_ROW), "the USE summary, in a fixed order"),
      panes: {
        ...object(Object.fromEntries(panes.map((pane) => [pane.name, paneSchema(pane)]))),
        // With panes named on the command line, only those.
        required: [],
      },
    }),
  };
}

function paneSchema(pane: AnyPane): Schema {
  return described(
    object({ ...STATE, ...(pane.kind === "table" ? tableSchema(pane) : histogramPaneSchema(pane)) }),
    pane.question,
  );
}

function tableSchema(pane: TablePane<unknown, unknown>): Properties {
  const row = object({
    ...(pane.process && PROCESS),
    ...Object.fromEntries(pane.columns.map((column) => [column.id, columnSchema(column)])),
  });
  return {
    totals: nullable(list(object({ label: text, unit: text, value: nullable(number, text) }))),
    rows: nullable(list(row)),
  };
}

function columnSchema(column: Column<unknown>): Schema {
  const value = column.hist ? histogramSchema(column.unit) : nullable(column.unit === "text" ? text : number);
  return described(value, `${column.help} (${column.unit})`);
}

const histogramPaneSchema = (pane: HistogramPane<unknown>): Properties => ({
  event: { const: pane.event },
  histogram: nullable(histogramSchema(pane.unit)),
});

function histogramSchema(unit: Unit): Schema {
  const bound = described(number, `in ${unit}`);
  const quality = Object.keys(histogramQuality(unit)).map((key) => [
    key,
    { enum: ["measured", "sampled", "estimated"] },
  ]);
  return object({
    unit: { const: unit },
    count: described(counted, "events of the interval"),
    [named("sum", unit)]: number,
    [named("p50", unit)]: described(nullable(number), "median, to within 12.5 %"),
    [named("p99", unit)]: described(nullable(number), "to within 12.5 %"),
    [named("max", unit)]: described(
      nullable(number),
      "exact where it is the largest since attach; else the bound of its slot",
    ),
    quality: described(
      object(Object.fromEntries(quality)),
      "how the named numbers came about; all others are measured",
    ),
    slots: list(object({ low: bound, high: bound, count: counted })),
  });
}
