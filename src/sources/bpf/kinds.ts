/** Which kinds of hooks this kernel takes, found by trying (`bpf/probe/kinds.bpf.c`). */
import * as layout from "../gen/probe/kinds.ts";
import { NoHookError, attachPlan } from "./attach.ts";
import type { ProbeKind, Rung } from "./plan.ts";

export interface KindTrial {
  readonly kind: ProbeKind;
  /** Why it can't be had: `refused (EPERM)`; undefined where it works. */
  readonly why: string | undefined;
}

/** Harmless hooks, one of each kind that may be of use. */
const TRIALS: readonly Omit<Rung, "programs">[] = [
  { kind: "tp_btf", hooks: ["task_rename"] },
  { kind: "raw_tp", hooks: ["task_rename"] },
  { kind: "tracepoint", hooks: ["task:task_rename"] },
  { kind: "fentry", hooks: ["kernel_restart"] },
  { kind: "kprobe", hooks: ["kernel_restart"] },
  { kind: "perf_event", hooks: ["cpu-clock"], hz: 1 },
  { kind: "iter", hooks: ["task"] },
];

/** Loads, attaches and closes a program of each kind, one after the other. Rejects where libbpf itself is not to be had. */
export async function tryKinds(): Promise<readonly KindTrial[]> {
  const trials: KindTrial[] = [];
  for (const trial of TRIALS) trials.push({ kind: trial.kind, why: await whyNot(trial) });
  return trials;
}

async function whyNot(trial: Omit<Rung, "programs">): Promise<string | undefined> {
  const rung: Rung = { ...trial, programs: [`try_${trial.kind}`] };
  try {
    const { object } = await attachPlan("probe/kinds", [{ gives: trial.kind, rungs: [rung] }], layout.rodata);
    object.close();
    return undefined;
  } catch (error) {
    if (!(error instanceof NoHookError)) throw error;
    return error.leftOut[0]?.why ?? error.message;
  }
}
