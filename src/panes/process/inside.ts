/** Since when a thread is in a system call, in words. */
import type { SysInside } from "../../sources/sys/sys.ts";
import { formatDuration } from "../kit/format.ts";

/** `12s`; `>12s` where the call began before bpftop looked. */
export function insideFor(inside: SysInside | undefined): string | undefined {
  if (inside === undefined) return undefined;
  const { forMs, sinceMs } = inside;
  return `${sinceMs === undefined ? ">" : ""}${forMs < 1000 ? `${Math.round(forMs)}ms` : formatDuration(forMs / 1000)}`;
}
