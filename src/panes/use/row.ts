/** From readings to a row of the summary: its severity, its finding in words, its order. */
import type { Unit } from "../../sources/units.ts";
import { formatValue } from "../kit/format.ts";
import type { Resource } from "../pane.ts";
import type { Metric, Severity, Suspect, UseRow } from "./report.ts";
import { isTrouble, rank, worst } from "./thresholds.ts";

/** A metric and how the finding puts it when it is in trouble. */
export interface Reading extends Metric {
  /** Said where the severity is at least a notice. Defaults to label and value. */
  readonly words?: string;
}

export interface RowParts {
  readonly resource: Resource;
  readonly instance: string;
  readonly utilization: readonly Reading[];
  readonly saturation: readonly Reading[];
  readonly errors: readonly Reading[];
  /** Asked only in trouble: with ten thousand processes it takes milliseconds. */
  readonly suspects?: () => readonly Suspect[];
  /** The pane that explains the row. */
  readonly pane: string | undefined;
  /** What trouble of each kind is called. */
  readonly called?: Partial<Record<"utilization" | "saturation" | "errors", string>>;
}

const CALLED = { utilization: "nearly full", saturation: "saturated", errors: "has errors" } as const;
/** Saturation that is only worth a notice is not called by its name. */
const STRAINED = "under strain";
/** More than this many symptoms of one row are no help in one sentence. */
const MOST_SYMPTOMS = 2;

/** A metric without threshold is there to be seen: it is ok where it is known. */
export function shown(label: string, id: string, value: number | undefined, unit: Unit): Reading {
  return { label, id, value, unit, severity: value === undefined ? "unknown" : "ok" };
}

/** Severity, finding and order follow from the readings. */
export function rowOf(parts: RowParts): UseRow {
  const { resource, instance, pane } = parts;
  const severity = severityOf(parts);
  return {
    resource,
    instance,
    utilization: ordered(parts.utilization),
    saturation: ordered(parts.saturation),
    errors: ordered(parts.errors),
    severity,
    finding: findingOf(parts, severity),
    suspects: isTrouble(severity) ? (parts.suspects?.() ?? []) : [],
    pane,
  };
}

/**
 * The worst of all metrics. Where none is in trouble but nothing is known about saturation, the row is unknown: that a
 * resource is little used does not prove that nobody waits for it.
 */
function severityOf({ utilization, saturation, errors }: RowParts): Severity {
  const overall = worst([...utilization, ...saturation, ...errors].map((metric) => metric.severity));
  if (isTrouble(overall) || saturation.length === 0) return overall;
  return worst(saturation.map((metric) => metric.severity)) === "unknown" ? "unknown" : overall;
}

/** The worst first; otherwise as declared. */
function ordered(readings: readonly Reading[]): readonly Metric[] {
  const known = (reading: Reading) =>
    isTrouble(reading.severity) ? rank(reading.severity) : Math.min(1, rank(reading.severity));
  return readings.toSorted((a, b) => known(b) - known(a)).map(({ words: _, ...metric }) => metric);
}

function findingOf(parts: RowParts, severity: Severity): string {
  if (!isTrouble(severity)) return "";
  const symptoms = (["saturation", "errors", "utilization"] as const)
    .flatMap((kind) => parts[kind].map((reading) => ({ kind, reading })))
    .filter(({ reading }) => isTrouble(reading.severity))
    .toSorted((a, b) => rank(b.reading.severity) - rank(a.reading.severity));
  const kind = symptoms[0]?.kind ?? "saturation";
  const mild = kind === "saturation" && severity === "notice";
  const headline = mild ? STRAINED : (parts.called?.[kind] ?? CALLED[kind]);
  return `${headline}: ${symptoms
    .slice(0, MOST_SYMPTOMS)
    .map(({ reading }) => symptom(reading))
    .join(", ")}`;
}

function symptom({ words, label, value, unit, perSecond }: Reading): string {
  return words ?? `${label} ${spoken(value, unit, perSecond)}`;
}

/** A number in a sentence: `14 ms`, `93 %`, `3 GB`. */
export function spoken(value: number | undefined, unit: Unit, perSecond = false): string {
  const spaced = formatValue(value, unit, perSecond).replace(/^([\d.<]+)(?=[^\d.<\s/])/, "$1 ");
  return unit === "bytes" ? spaced.replace(/ ([KMGTPE])(?=$|\/)/, " $1B") : spaced;
}

/** `1 error`, `2 errors`. */
export function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}
