/** Who did it: a process as the kernel saw it at the hook. Part of every row that belongs to a process. */
export interface ProcessId {
  /** User-space PID (the kernel's TGID), in the initial PID namespace. 0 is the kernel's idle task or an interrupt. */
  readonly pid: number;
  /** Start of the process in ms since boot: tells two processes apart that had the same PID. */
  readonly startMs: number;
  /** The kernel's name of the process, at most 15 bytes; hostile text until painted. */
  readonly comm: string;
}

/** Stable key of a process across intervals. */
export function processKey(process: ProcessId): string {
  return `${process.pid}@${process.startMs}`;
}

/** What /proc adds to a process, read once while it lives and kept after it has exited. */
export interface ProcessName extends ProcessId {
  /** Command line with arguments joined by spaces; undefined for kernel threads and processes gone before it was read. */
  readonly cmdline: string | undefined;
  /** Control group path (v2, else the memory or systemd hierarchy of v1), without the root; undefined where unknown. */
  readonly cgroup: string | undefined;
  /** Short container id or pod name taken from the cgroup path; undefined outside containers. */
  readonly container: string | undefined;
  readonly exited: boolean;
}
