import type { ProcessId } from "../../sources/process.ts";
import type { Unit } from "../../sources/units.ts";
import type { Resource } from "../pane.ts";

/** How bad it is. `unknown`: not measured, which is never `ok`. */
export type Severity = "ok" | "notice" | "warning" | "critical" | "unknown";

/** One number of a USE row; `value` undefined where it was not measured. */
export interface Metric {
  /** What it is in a word or two: `run-queue p99`, `busy`, `retransmits`. */
  readonly label: string;
  /** JSON key with its unit: `runqLatencyP99Ns`. */
  readonly id: string;
  readonly value: number | undefined;
  readonly unit: Unit;
  /** The value is a rate, already divided by the seconds of the window. */
  readonly perSecond?: boolean;
  readonly severity: Severity;
}

/** Who is likely to cause it. */
export interface Suspect {
  readonly process: ProcessId;
  /** Why it is suspected, with its number: `93 % of bytes`. */
  readonly share: string;
}

/** One resource of the USE summary. */
export interface UseRow {
  readonly resource: Resource;
  /** The instance: `vda`, `eth0`, `/var`; empty for a machine-wide resource. Hostile text until painted. */
  readonly instance: string;
  /** The metric shown first is the one that decides; the others follow where there is room, and in JSON. */
  readonly utilization: readonly Metric[];
  readonly saturation: readonly Metric[];
  readonly errors: readonly Metric[];
  readonly severity: Severity;
  /** The finding in words: `saturated: queue 14 ms p99`; empty where ok. */
  readonly finding: string;
  readonly suspects: readonly Suspect[];
  /** The pane that explains it; undefined where none exists yet. */
  readonly pane: string | undefined;
}

/** The USE summary at one instant. */
export interface UseReport {
  /** In the fixed order of {@link Resource}, instances within it by name: a row never jumps about. */
  readonly rows: readonly UseRow[];
  readonly verdict: Verdict;
}

/** One sentence for the worst row, with suspects and the way down. */
export interface Verdict {
  readonly severity: Severity;
  /** `disk vda saturated: queue 14 ms p99, fio[4242] 93 % of bytes → biotop`. */
  readonly text: string;
  readonly row: UseRow | undefined;
}
