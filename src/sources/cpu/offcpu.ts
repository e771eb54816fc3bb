/** Where threads wait, for how long, and who ends it (`bpf/cpu/offcpu.bpf.c`). */
import { focusedSource } from "../bpf/onDemand.ts";
import * as layout from "../gen/cpu/offcpu.ts";
import type { ProcessId } from "../process.ts";
import type { Frame } from "../symbols/frame.ts";
import { Stacks } from "../symbols/stacks.ts";

export interface OffcpuData {
  readonly stacks: readonly OffcpuStack[];
}

/** One place where one thread waits, ended from one place; cumulative since attach. */
export interface OffcpuStack extends ProcessId {
  /** Unique within an attachment. */
  readonly id: string;
  readonly tid: number;
  /** The thread's own name. */
  readonly thread: string;
  /** Innermost first. */
  readonly kernel: readonly Frame[];
  readonly user: readonly Frame[];
  /** Pushed off the CPU while it could have gone on: a wait for a CPU, with no waker. */
  readonly preempted: boolean;
  /** Whoever made it runnable again; an interrupt does that in the name of whichever process it hit. Undefined where none was seen. */
  readonly waker: Waker | undefined;
  /** From leaving the CPU to running again, the run queue included. */
  readonly waitNs: number;
  readonly waits: number;
  /** Longest since attach. */
  readonly maxNs: number;
}

export interface Waker extends ProcessId {
  readonly kernel: readonly Frame[];
  readonly user: readonly Frame[];
}

export const offcpu = focusedSource<OffcpuData>("offcpu", ({ pid }) => ({
  id: "offcpu",
  object: "cpu/offcpu",
  layout,
  plan: [
    {
      gives: "where threads wait",
      rungs: (["tp_btf", "raw_tp"] as const).map((kind) => ({
        kind,
        hooks: ["sched_switch", "sched_waking"],
        programs: kind === "tp_btf" ? ["switch_btf", "waking_btf"] : ["switch_raw", "waking_raw"],
        constants: { only_pid: pid ?? 0 },
      })),
    },
  ],
  unseen: ["waits shorter than 1 µs", "a wait that has not ended yet"],
  processes: (data) => data.stacks,
  open(maps) {
    const waits = maps.hash("waits", layout.wait_key, layout.wait_totals);
    const stacks = new Stacks(maps.stacks());
    return () => ({
      stacks: waits.entries().map(({ key, value }): OffcpuStack => {
        const process = { pid: key.process.pid, startMs: key.process.start_ms, comm: value.comm };
        const waker = { pid: key.waker.pid, startMs: key.waker.start_ms, comm: value.waker_comm };
        const { ids, waker_ids } = key;
        return {
          ...process,
          id: [key.tid, key.preempted, ids.kernel, ids.user, waker.pid, waker_ids.kernel, waker_ids.user].join(" "),
          tid: key.tid,
          thread: value.comm,
          kernel: stacks.kernel(ids.kernel),
          user: stacks.user(ids.user, process),
          preempted: key.preempted !== 0,
          waker:
            waker.comm === ""
              ? undefined
              : { ...waker, kernel: stacks.kernel(waker_ids.kernel), user: stacks.user(waker_ids.user, waker) },
          waitNs: value.wait_ns,
          waits: value.waits,
          maxNs: value.max_ns,
        };
      }),
    });
  },
}));
