/** Where threads wait, for how long, and who ends it (`bpf/cpu/offcpu.bpf.c`). */
import { u32 } from "../bpf/decode.ts";
import { type Entry, unlessSame } from "../bpf/maps.ts";
import { focusedSource } from "../bpf/onDemand.ts";
import { monotonicMs } from "../clock.ts";
import * as layout from "../gen/cpu/offcpu.ts";
import { type BlockedThread, blockedThreads } from "../proc/blocked.ts";
import { threadsOf } from "../proc/syscall.ts";
import type { ProcessId } from "../process.ts";
import { type Frame, cutShort } from "../symbols/frame.ts";
import { Stacks } from "../symbols/stacks.ts";

export interface OffcpuData {
  readonly stacks: readonly OffcpuStack[];
}

/** One place where one thread waits, ended from one place; cumulative since attach. Or one wait that goes on. */
export interface OffcpuStack extends ProcessId {
  /** Unique within an attachment. */
  readonly id: string;
  /** The thread and its stack, whoever ends the wait. */
  readonly place: string;
  /** Not over at the time of the reading: then it is a single wait, and its time is that until now. */
  readonly ongoing: boolean;
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
  /** From leaving the CPU to running again, the run queue included; of what began before the attach, since then. */
  readonly waitNs: number;
  readonly waits: number;
  /** Longest since attach. */
  readonly maxNs: number;
}

export interface Waker extends ProcessId {
  readonly kernel: readonly Frame[];
  readonly user: readonly Frame[];
}

/** Of the whole machine, whoever sleeps because there is nothing to do would hide the others. */
const UNSEEN_OF_ALL = [
  "waits that began before bpftop looked",
  "of waits that go on, those that are just sleep",
  "the wakers' user stacks",
];

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
  unseen: [
    "waits shorter than 1 µs",
    ...(pid === undefined ? UNSEEN_OF_ALL : ["user stacks of wakers in other processes"]),
  ],
  processes: (data) => data.stacks,
  open(maps) {
    const waits = maps.hash("waits", layout.wait_key, layout.wait_totals);
    const waiting = maps.hash("waiting", u32, layout.wait, true);
    const stacks = new Stacks(maps.stacks());
    const before = waitingBefore(pid);
    const endedOf = unlessSame(
      ({ key, value }: Entry<layout.wait_key, layout.wait_totals>): OffcpuStack => {
        const process = { pid: key.process.pid, startMs: key.process.start_ms, comm: value.comm };
        const waker = { pid: key.waker.pid, startMs: key.waker.start_ms, comm: value.waker_comm };
        const { ids, waker_ids } = key;
        const place = placeOf(key.tid, key.preempted, ids);
        return {
          ...process,
          id: `${place} ${waker.pid} ${waker_ids.kernel} ${waker_ids.user}`,
          place,
          ongoing: false,
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
      },
      ({ user, waker }) => stacks.isFinal(user) && (waker === undefined || stacks.isFinal(waker.user)),
    );
    return () => {
      const over = waits.entries();
      const entries = waiting.entries().filter(({ value }) => pid !== undefined || value.uninterruptible !== 0);
      stacks.meet([...over.map(({ key }) => key.process), ...entries.map(({ value }) => value.process)]);
      const ended = over.map(endedOf);
      const nowNs = monotonicMs() * 1e6;
      const ongoing = entries.map(({ key: tid, value }): OffcpuStack => {
        const process = { pid: value.process.pid, startMs: value.process.start_ms, comm: value.comm };
        const waitNs = Math.max(0, nowNs - value.since);
        const place = placeOf(tid, value.preempted, value.ids);
        return {
          ...process,
          ...{ id: `${place} since ${value.since}`, place, ongoing: true, tid, thread: value.comm },
          kernel: stacks.kernel(value.ids.kernel),
          user: stacks.user(value.ids.user, process),
          ...{ preempted: value.preempted !== 0, waker: undefined, waitNs, waits: 1, maxNs: waitNs },
        };
      });
      const seen = new Set([...ended, ...ongoing].map(({ tid }) => tid));
      return { stacks: [...ended, ...ongoing, ...before(seen, nowNs)] };
    };
  },
}));

const placeOf = (tid: number, preempted: number, { kernel, user }: layout.stack_ids) =>
  `${tid} ${preempted} ${kernel} ${user}`;

/**
 * The threads of one process that have waited since before the attach, which no hook tells of: the kernel shows where.
 * One that a hook has seen since is none of them any more, and does not come back.
 */
function waitingBefore(pid: number | undefined): (seen: ReadonlySet<number>, nowNs: number) => readonly OffcpuStack[] {
  if (pid === undefined) return () => [];
  const sinceNs = monotonicMs() * 1e6;
  let threads: readonly BlockedThread[] = blockedThreads("/proc", pid);
  return (seen, nowNs) => {
    if (threads.length === 0) return [];
    const living = new Set(threadsOf("/proc", pid));
    threads = threads.filter(({ tid }) => living.has(tid) && !seen.has(tid));
    const waitNs = nowNs - sinceNs;
    return threads.map(({ process, tid, thread, functions }): OffcpuStack => {
      const kernel = functions.map(
        (name): Frame => ({ name, kind: "kernel", module: undefined, unresolved: undefined }),
      );
      const place = `${tid} before`;
      return {
        ...process,
        ...{ id: place, place, ongoing: true, tid, thread, kernel, user: [cutShort("before")] },
        ...{ preempted: false, waker: undefined, waitNs, waits: 1, maxNs: waitNs },
      };
    });
  };
}
