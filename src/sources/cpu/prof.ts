/** What runs on the CPUs: stacks sampled by a clock (`bpf/cpu/prof.bpf.c`). */
import { type Entry, unlessSame } from "../bpf/maps.ts";
import { focusedSource } from "../bpf/onDemand.ts";
import { onlineCpus } from "../bpf/perfEvent.ts";
import * as layout from "../gen/cpu/prof.ts";
import type { ProcessId } from "../process.ts";
import { type Frame, interruptOf } from "../symbols/frame.ts";
import { Stacks } from "../symbols/stacks.ts";

export interface ProfData {
  /** Samples per second and CPU: one sample stands for 1/hz seconds on a CPU. */
  readonly hz: number;
  readonly cpus: number;
  readonly stacks: readonly ProfStack[];
}

/** One stack of one thread; cumulative since attach. PID 0 is interrupts on an idle CPU. */
export interface ProfStack extends ProcessId {
  /** Unique within an attachment. */
  readonly id: string;
  readonly tid: number;
  /** The thread's own name. */
  readonly thread: string;
  /** Innermost first; empty where the thread was in user space. */
  readonly kernel: readonly Frame[];
  /** Innermost first; empty for kernel threads. */
  readonly user: readonly Frame[];
  readonly samples: number;
}

export const prof = focusedSource<ProfData>("prof", ({ pid, hz }) => ({
  id: "prof",
  object: "cpu/prof",
  layout,
  plan: [
    {
      gives: "samples of what runs",
      rungs: ["sample_btf", "sample_raw"].map((program) => ({
        kind: "perf_event",
        hooks: ["cpu-clock"],
        programs: [program],
        hz,
        constants: { only_pid: pid ?? 0 },
      })),
    },
  ],
  unseen: ["code with interrupts off shows where they come on again"],
  processes: (data) => data.stacks,
  open(maps) {
    const samples = maps.hash("samples", layout.sample_key, layout.sample_count);
    const stacks = new Stacks(maps.stacks());
    const cpus = onlineCpus().length;
    const rowsOf = unlessSame(
      ({ key, value }: Entry<layout.sample_key, layout.sample_count>): readonly ProfStack[] => {
        const process = { pid: key.process.pid, startMs: key.process.start_ms, comm: value.comm };
        const kernel = stacks.kernel(key.ids.kernel);
        if (process.pid === 0 && interruptOf(kernel) === undefined) return [];
        const id = `${key.tid} ${key.process.start_ms} ${key.ids.kernel} ${key.ids.user}`;
        const user = stacks.user(key.ids.user, process);
        return [{ ...process, id, tid: key.tid, thread: value.comm, kernel, user, samples: value.samples }];
      },
      (rows) => rows.every(({ user }) => stacks.isFinal(user)),
    );
    return () => {
      const entries = samples.entries();
      stacks.meet(entries.map(({ key }) => key.process));
      return { hz, cpus, stacks: entries.flatMap(rowsOf) };
    };
  },
}));
