/** Soft interrupts by vector, from the kernel's own tracepoints (`bpf/irq/softirq.bpf.c`). */
import { bpfSource } from "../bpf/source.ts";
import * as layout from "../gen/irq/softirq.ts";
import { type Hist, sum } from "../hist.ts";

export interface SoftirqData {
  readonly vectors: readonly SoftirqVector[];
}

export interface SoftirqVector {
  /** As in /proc/softirqs: `NET_RX`. */
  readonly vector: string;
  /** Durations in ns, one event per run of the vector on a CPU; cumulative since attach. */
  readonly durations: Hist;
}

/** The kernel's numbers, in their order since 2.6.39. */
const VECTORS = ["HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU"];
const HOOKS = ["softirq_entry", "softirq_exit"];

export const softirq = bpfSource<SoftirqData>({
  id: "softirq",
  object: "irq/softirq",
  layout,
  plan: [
    {
      gives: "soft interrupts",
      rungs: [
        { kind: "tp_btf", hooks: HOOKS, programs: ["entry_btf", "exit_btf"] },
        { kind: "raw_tp", hooks: HOOKS, programs: ["entry_raw", "exit_raw"] },
        // For kernels without BTF.
        { kind: "tracepoint", hooks: HOOKS.map((hook) => `irq:${hook}`), programs: ["entry_tp", "exit_tp"] },
      ],
    },
  ],
  open(maps) {
    const vectors = maps.perCpu("vectors", layout.hist);
    return () => ({
      vectors: VECTORS.map((vector, index) => ({ vector, durations: sum(vectors.perCpu(index)) })),
    });
  },
});
