/** One line of /proc/PID/stat. */
import type { ProcessId } from "../process.ts";
import { MS_PER_TICK } from "./stat.ts";

export interface TaskStat {
  readonly pid: number;
  readonly comm: string;
  /** `R`, `S`, `D` (uninterruptible), `Z` (zombie) and others. */
  readonly state: string;
  /** A thread of the kernel: it has no command line, and its name changes with its work. */
  readonly kernel: boolean;
  /** In ms since boot, in steps of 10. */
  readonly startMs: number;
}

/** Numbers of the fields, as proc(5) counts them. */
const STATE = 3;
const FLAGS = 9;
const START_TIME = 22;

const PF_KTHREAD = 0x0020_0000;

/** The name stands in brackets and may hold brackets and spaces itself. Undefined for what is no such line. */
export function parseTask(text: string): TaskStat | undefined {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open < 0 || close < open) return undefined;
  const rest = text.slice(close + 2).split(" ");
  const startMs = Number(rest[START_TIME - STATE]) * MS_PER_TICK;
  const state = rest[0];
  if (state === undefined || !Number.isFinite(startMs)) return undefined;
  return {
    pid: Number(text.slice(0, open)),
    comm: text.slice(open + 1, close),
    state,
    kernel: (Number(rest[FLAGS - STATE]) & PF_KTHREAD) !== 0,
    startMs,
  };
}

/** BPF programs keep the start as 32 bits of ms. */
const WRAP_MS = 2 ** 32;

/** Whether a process that a hook saw is the one that has its PID now: the same start, to the tick that /proc shows. */
export function isSame(seen: ProcessId, now: TaskStat): boolean {
  const apart = (seen.startMs - now.startMs) % WRAP_MS;
  const later = apart < 0 ? apart + WRAP_MS : apart;
  return later < MS_PER_TICK;
}
