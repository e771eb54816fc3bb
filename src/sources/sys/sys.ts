/** The system calls of one process (`bpf/sys/sys.bpf.c`). */
import { u32 } from "../bpf/decode.ts";
import { errorName } from "../bpf/libbpf.ts";
import type { Entry } from "../bpf/maps.ts";
import { focusedSource } from "../bpf/onDemand.ts";
import { isPreemptedAtTracepoints } from "../bpf/preempted.ts";
import { COMPAT_SYSCALLS, SYSCALLS } from "../gen/syscalls.ts";
import * as layout from "../gen/sys/sys.ts";
import { monotonicMs } from "../clock.ts";
import { blockedCall, is32Bit, threadsOf } from "../proc/syscall.ts";
import type { ProcessId } from "../process.ts";

export interface SysData {
  readonly calls: readonly SysCall[];
  /** Calls that have not returned yet, in no order. */
  readonly inside: readonly SysInside[];
}

/** One system call of a process, all threads together; cumulative since attach. */
export interface SysCall extends ProcessId {
  /** Unique within an attachment. */
  readonly id: string;
  /** `openat`; `#500` for one that this machine's headers don't know; `open (32-bit)` from a 32-bit program. */
  readonly name: string;
  readonly nr: number;
  /** Calls that began and returned since attach, errors included. */
  readonly calls: number;
  readonly errors: number;
  /** The most frequent error since attach: `ENOENT`. Undefined where there was none. */
  readonly topError: string | undefined;
  /** From entering the kernel to leaving it, in calls that have returned: waiting included. */
  readonly timeNs: number;
  /** Longest since attach. */
  readonly maxNs: number;
}

/** A thread in the middle of a call. */
export interface SysInside {
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  readonly nr: number;
  /** CLOCK_MONOTONIC in ms, as `Snapshot.at`. Undefined where the call began before bpftop looked. */
  readonly sinceMs: number | undefined;
  /** How long it has been inside at the time of the reading; at least that where it is not known since when. */
  readonly forMs: number;
}

/** Set in the number of a call of a 32-bit program (`COMPAT` in the BPF program). */
const COMPAT = 2 ** 31;

/** Threads that were blocked before bpftop looked cost a file each at every read. */
const MAX_BLOCKED_BEFORE = 256;

export const sys = focusedSource<SysData>("sys", ({ pid }) => ({
  id: "sys",
  object: "sys/sys",
  layout,
  plan: [
    {
      gives: "system calls of a process",
      rungs: [
        {
          kind: "tracepoint",
          hooks: ["raw_syscalls:sys_enter", "raw_syscalls:sys_exit", "sched:sched_process_exec"],
          programs: ["enter_tp", "exit_tp", "exec_tp"],
          constants: { only_pid: pid ?? 0 },
          usable: isPreemptedAtTracepoints,
        },
        ...(["tp_btf", "raw_tp"] as const).map((kind) => ({
          kind,
          hooks: ["sys_enter", "sys_exit", "sched_process_exec"],
          programs: ["enter", "exit", "exec"].map((program) => `${program}_${kind === "tp_btf" ? "btf" : "raw"}`),
          constants: { only_pid: pid ?? 0 },
        })),
      ],
    },
  ],
  unseen: ["a call counts when it returns; one that began before bpftop looked does not count"],
  processes: (data) => data.calls,
  open(maps) {
    const calls = maps.hash("calls", layout.call_key, layout.call_totals);
    const errors = maps.hash("errors", layout.error_key, layout.error_count);
    const threads = maps.hash("threads", u32, layout.thread_call);
    const rowOf = rows();
    const blockedBefore = before(pid);
    return () => {
      const blocked = blockedBefore();
      const seen = threads.entries();
      for (const { key: tid } of seen) blocked.delete(tid);
      const now = monotonicMs();
      const inside = seen.filter(({ value }) => value.inside !== 0).map((entry) => insideOf(entry, now));
      for (const one of blocked.values()) inside.push(one);
      // The calls first: of each error that they have counted, the number is then there.
      const entries = calls.entries();
      const topErrors = topErrorsOf(errors.entries());
      return { inside, calls: entries.map((entry) => rowOf(entry, topErrors.get(callId(entry.key)))) };
    };
  },
}));

/** Rows that stay the same objects as long as nothing about them changes: see `unlessSame`. */
function rows(): (entry: Entry<layout.call_key, layout.call_totals>, topError: number | undefined) => SysCall {
  const made = new WeakMap<object, SysCall>();
  return (entry, error) => {
    const { key, value } = entry;
    const topError = error === undefined || value.errors === 0 ? undefined : errorName(error);
    const known = made.get(entry);
    if (known !== undefined && known.topError === topError) return known;
    const row = {
      pid: key.process.pid,
      startMs: key.process.start_ms,
      comm: value.comm,
      id: callId(key),
      ...callOf(key.nr),
      calls: value.calls,
      errors: value.errors,
      topError,
      timeNs: value.time_ns,
      maxNs: value.max_ns,
    };
    made.set(entry, row);
    return row;
  };
}

function insideOf({ key: tid, value }: Entry<number, layout.thread_call>, now: number): SysInside {
  const sinceMs = value.entered_ns / 1e6;
  return { pid: value.process.pid, tid, ...callOf(value.nr), sinceMs, forMs: Math.max(0, now - sinceMs) };
}

/**
 * The threads that have been blocked since before the attach, by thread: no hook tells of those. Returns what reads
 * them; a thread that was once seen to run is not asked again. To be called before the map of threads is read: then a
 * call that began since is in the map.
 */
function before(pid: number | undefined): () => Map<number, SysInside> {
  const lookedAt = monotonicMs();
  let candidates = pid === undefined ? [] : threadsOf("/proc", pid).slice(0, MAX_BLOCKED_BEFORE);
  const table = pid !== undefined && is32Bit("/proc", pid) ? COMPAT : 0;
  return () => {
    const blocked = new Map<number, SysInside>();
    if (pid === undefined) return blocked;
    const forMs = monotonicMs() - lookedAt;
    for (const tid of candidates) {
      const nr = blockedCall("/proc", pid, tid);
      if (nr !== undefined) blocked.set(tid, { pid, tid, ...callOf(table + nr), sinceMs: undefined, forMs });
    }
    candidates = [...blocked.keys()];
    return blocked;
  };
}

/** The most frequent error of each call, by the call's id. */
function topErrorsOf(entries: readonly Entry<layout.error_key, layout.error_count>[]): ReadonlyMap<string, number> {
  const top = new Map<string, { readonly error: number; readonly count: number }>();
  for (const { key, value } of entries) {
    const id = callId(key);
    const best = top.get(id);
    if (best === undefined || value.count > best.count) top.set(id, { error: key.error, count: value.count });
  }
  return new Map([...top].map(([id, { error }]) => [id, error]));
}

const callId = ({ process, nr }: layout.call_key): string => `${process.pid} ${process.start_ms} ${nr}`;

/** A call's number in its own table, and its name. */
function callOf(number: number): { readonly name: string; readonly nr: number } {
  const compat = number >= COMPAT;
  const nr = compat ? number - COMPAT : number;
  const name = (compat ? COMPAT_SYSCALLS : SYSCALLS)[process.arch]?.[nr] ?? `#${nr}`;
  return { nr, name: compat ? `${name} (32-bit)` : name };
}
