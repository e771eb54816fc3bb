/** How long threads wait for a CPU and how long they keep it, from the scheduler's own tracepoints (`bpf/cpu/sched.bpf.c`). */
import { type Entry, unlessSame } from "../bpf/maps.ts";
import { bpfSource } from "../bpf/source.ts";
import * as layout from "../gen/cpu/sched.ts";
import { type Hist, sum } from "../hist.ts";
import type { ProcessId } from "../process.ts";

export interface SchedData {
  /** Waits for a CPU, in ns: from wake-up or preemption to running. One event per switch to a thread whose wait was seen. */
  readonly runqLatency: Hist;
  /** Stretches on a CPU, in ns: one event per switch away from a thread. */
  readonly onCpu: Hist;
  readonly processes: readonly SchedProcess[];
}

/** All threads of a process together, cumulative since attach. */
export interface SchedProcess extends ProcessId {
  /** Time on a CPU in stretches that have ended; one that still runs is added when it ends. */
  readonly cpuNs: number;
  /** Switches to one of its threads whose wait was seen. */
  readonly switchIns: number;
  readonly runqWaitNs: number;
  /** Longest wait since attach. */
  readonly runqMaxNs: number;
  /** Longest stretch on a CPU since attach. */
  readonly onCpuMaxNs: number;
  /** Whoever forked it. */
  readonly parent: ProcessId;
  /** Waits for a CPU and stretches on one, by duration: see `coarseSlots`. */
  readonly runqSlots: readonly number[];
  readonly onCpuSlots: readonly number[];
}

const HOOKS = ["sched_wakeup", "sched_wakeup_new", "sched_switch"];

export const sched = bpfSource<SchedData>({
  id: "sched",
  object: "cpu/sched",
  layout,
  plan: [
    {
      gives: "run-queue latency and time on CPU",
      rungs: [
        {
          kind: "tp_btf",
          hooks: HOOKS,
          programs: ["wakeup_btf", "wakeup_new_btf", "switch_btf"],
          constants: { use_task_storage: 1 },
          withoutMaps: ["threads_hash"],
        },
        {
          kind: "tp_btf",
          hooks: HOOKS,
          programs: ["wakeup_btf", "wakeup_new_btf", "switch_btf"],
          withoutMaps: ["threads_storage"],
        },
        {
          kind: "raw_tp",
          hooks: HOOKS,
          programs: ["wakeup_raw", "wakeup_new_raw", "switch_raw"],
          withoutMaps: ["threads_storage"],
        },
      ],
    },
    {
      gives: "the new name of a process that calls exec",
      optional: true,
      rungs: [
        { kind: "tp_btf", hooks: ["task_rename"], programs: ["rename_btf"] },
        { kind: "raw_tp", hooks: ["task_rename"], programs: ["rename_raw"] },
      ],
    },
  ],
  unseen: ["a stretch on CPU counts when it ends: a thread that never yields shows late"],
  processes: (data) => data.processes,
  open(maps) {
    const runqLatency = maps.perCpu("runq_latency", layout.hist);
    const onCpu = maps.perCpu("on_cpu", layout.hist);
    const processes = maps.hash("processes", layout.process_key, layout.sched_process);
    const processOf = unlessSame(
      ({ key, value }: Entry<layout.process_key, layout.sched_process>): SchedProcess => ({
        pid: key.pid,
        startMs: key.start_ms,
        comm: value.comm,
        cpuNs: value.cpu_ns,
        switchIns: value.switch_ins,
        runqWaitNs: value.runq_wait_ns,
        runqMaxNs: value.runq_max_ns,
        onCpuMaxNs: value.on_cpu_max_ns,
        parent: { pid: value.parent.pid, startMs: value.parent.start_ms, comm: value.parent_comm },
        runqSlots: value.runq_slots,
        onCpuSlots: value.on_cpu_slots,
      }),
    );
    return () => ({
      runqLatency: sum(runqLatency.perCpu(0)),
      onCpu: sum(onCpu.perCpu(0)),
      processes: processes.entries().map(processOf),
    });
  },
});
