/** /proc/PID/task/TID/stack: where in the kernel a thread waits. */
import type { ProcessId } from "../process.ts";
import { readText } from "./files.ts";
import { threadsOf } from "./syscall.ts";
import { type TaskStat, parseTask } from "./task.ts";

export interface BlockedThread {
  readonly process: ProcessId;
  readonly tid: number;
  /** The thread's own name. */
  readonly thread: string;
  /** Of the kernel, innermost first; empty where the kernel does not say. */
  readonly functions: readonly string[];
}

/** Of a process with thousands of threads, as many as can be read without holding up the screen. */
const MOST_THREADS = 256;
const WAITING = /[SDIT]/;

/** The threads of a process that wait now; none where it is gone. `root` is that of /proc. */
export function blockedThreads(root: string, pid: number): readonly BlockedThread[] {
  const task = taskOf(`${root}/${pid}`);
  if (task === undefined) return [];
  const process = { pid, startMs: task.startMs, comm: task.comm };
  return threadsOf(root, pid)
    .slice(0, MOST_THREADS)
    .flatMap((tid): readonly BlockedThread[] => {
      const dir = `${root}/${pid}/task/${tid}`;
      const thread = taskOf(dir);
      if (thread === undefined || !WAITING.test(thread.state)) return [];
      return [{ process, tid, thread: thread.comm, functions: parseStack(readText(`${dir}/stack`) ?? "") }];
    });
}

/** Lines of `[<0>] futex_wait_queue+0x60/0xa0`. */
export function parseStack(text: string): readonly string[] {
  return [...text.matchAll(/^\[<[0-9a-f]+>\] ([^\s+]+)\+0x/gm)].map(([, name = ""]) => name);
}

function taskOf(dir: string): TaskStat | undefined {
  const stat = readText(`${dir}/stat`);
  return stat === undefined ? undefined : parseTask(stat);
}
