/** What the tests say of a source on a kernel. */
import type { ProbeKind } from "../../src/sources/bpf/plan.ts";

/** A source on a kernel by one kind of hook, and what its tests said. */
export interface Outcome {
  readonly source: string;
  /** The kind that was asked for; undefined where the source chose. */
  readonly only: ProbeKind | undefined;
  /** The hooks in use: `tp_btf:sched_switch`. Empty where the source is not live. */
  readonly via: readonly string[];
  /** Why it is not live, or what it lacks. */
  readonly why: string | undefined;
  /** Tests of its panes. */
  readonly passed: number;
  readonly failed: number;
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
