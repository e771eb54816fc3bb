/** What the tests say of a source on a kernel. */
import type { ProbeKind } from "../../src/sources/bpf/plan.ts";

/** A source on a kernel by one kind of hook, and what its tests said. */
export interface Outcome extends Totals {
  readonly source: string;
  /** The kind that was asked for; undefined where the source chose. */
  readonly only: ProbeKind | undefined;
  /** The hooks in use: `tp_btf:sched_switch`. Empty where the source is not live. */
  readonly via: readonly string[];
  /** Why it is not live, or what it lacks. */
  readonly why: string | undefined;
}

/** Tests. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
}

/** What a run of tests says in its last line; one failure where it got to none. */
export function totalsIn(output: string): Totals {
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(output) ?? [];
  return passed === undefined ? { passed: 0, failed: 1 } : { passed: Number(passed), failed: Number(failed) };
}

/** The tests of each source: a file, and of which names. */
export const TESTS: Readonly<Record<string, readonly [file: string, names?: string]>> = {
  block: ["biotop"],
  sock: ["tcptop"],
  file: ["filetop"],
  sched: ["sched"],
  softirq: ["softirqs"],
  prof: ["stacks", "^on-CPU"],
  offcpu: ["stacks", "^off-CPU"],
  sys: ["sys"],
};
