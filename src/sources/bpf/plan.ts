/** Attach plans: which hooks a source would like, in order of preference, and what the kernel lets it have. */
import type { KernelFacts } from "./kernelFacts.ts";

/** As bpftrace and libbpf call them. */
export const PROBE_KINDS = [
  "tp_btf",
  "raw_tp",
  "tracepoint",
  "fentry",
  "kprobe",
  "perf_event",
  "iter",
  "uprobe",
] as const;

export type ProbeKind = (typeof PROBE_KINDS)[number];

/** One way to get what a step gives: programs that are loaded and attached together, or not at all. */
export interface Rung {
  readonly kind: ProbeKind;
  /**
   * The kernel's names of the hooks: `sched_switch`; of kind `tracepoint` with their group: `irq:softirq_entry`.
   * Looked for before they are tried.
   */
  readonly hooks: readonly string[];
  /** The BPF programs, by their C names. */
  readonly programs: readonly string[];
  /** For `perf_event`: samples per second and CPU. */
  readonly hz?: number;
  /** What else must hold, such as the prototype of a tracepoint. */
  readonly usable?: (facts: KernelFacts) => boolean;
  /** Values of the object's `const volatile` variables under this rung; booleans as 0 and 1. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Maps that this rung does without, on kernels that may not know their type. */
  readonly withoutMaps?: readonly string[];
  /** What is not seen by this rung, in the user's words. */
  readonly unseen?: readonly string[];
}

/** One thing that a source wants to know. The first rung that loads and attaches wins. */
export interface Step {
  /** In the user's words, for when it is missing: `retransmits by connection`. */
  readonly gives: string;
  /** Without an optional step the source is degraded; without any other it has failed. */
  readonly optional?: boolean;
  /** For an optional step that few kernels can give: without it the source is whole, and this is among the unseen. */
  readonly unseenWithout?: string;
  readonly rungs: readonly Rung[];
}

export type AttachPlan = readonly Step[];

/** A rung to try, or why there is no use in trying it. */
export interface Candidate {
  readonly rung: Rung;
  /** Why this kernel can't have it, in words; undefined where it may. */
  readonly why: string | undefined;
  /** It is no better one that this kernel lacks, but made for kernels of another form. */
  readonly foreign: boolean;
}

/** Every rung of each step, best first, and what this kernel can have of it; with `only` just rungs of a kind, where a step has any. Pure. */
export function resolve(plan: AttachPlan, facts: KernelFacts, only?: ProbeKind): readonly (readonly Candidate[])[] {
  return plan.map(({ rungs }) => {
    const forced = rungs.some(({ kind }) => kind === only) ? only : undefined;
    return rungs.map((rung) => {
      const foreign = facts.hasBtf && rung.usable?.(facts) === false;
      const why = foreign ? "made for kernels of another form" : whyNot(rung, facts);
      return {
        rung,
        foreign,
        why: forced !== undefined && rung.kind !== forced ? `only ${forced} is to be used` : why,
      };
    });
  });
}

function whyNot(rung: Rung, facts: KernelFacts): string | undefined {
  for (const hook of rung.hooks) {
    const why = whyNoHook(rung.kind, hook, facts);
    if (why !== undefined) return why;
  }
  return (rung.usable?.(facts) ?? true) ? undefined : "no BTF to tell whether it fits";
}

function whyNoHook(kind: ProbeKind, hook: string, facts: KernelFacts): string | undefined {
  switch (kind) {
    case "tp_btf":
    case "raw_tp":
      if (!facts.hasBtf) return "no BTF";
      return facts.tracepoint(hook) === undefined ? "this kernel has no such tracepoint" : undefined;
    case "tracepoint":
      return facts.tracefs(hook) ? undefined : "not in tracefs";
    case "kprobe":
      if (!facts.kprobes) return "not built into this kernel";
      return whyNoFunction(hook, facts);
    case "fentry":
      return whyNoFunction(hook, facts);
    case "perf_event":
    case "iter":
    case "uprobe":
      return undefined;
  }
}

function whyNoFunction(name: string, facts: KernelFacts): string | undefined {
  if (!facts.hasBtf) return "no BTF";
  return facts.kernelFunction(name) === undefined ? "this kernel has no such function, or only inlined" : undefined;
}
