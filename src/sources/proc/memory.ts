/** What memory is used for, from /proc/meminfo, and what the kernel does to get more of it, from /proc/vmstat. */
import { lines, words } from "./text.ts";

/** Levels at one moment, in bytes. */
export interface MemoryLevels {
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** The kernel's estimate of what can be had without swapping. */
  readonly availableBytes: number;
  readonly cachedBytes: number;
  readonly dirtyBytes: number;
  readonly writebackBytes: number;
  /** Shared memory and tmpfs: counted as cache, but can't be dropped. */
  readonly shmemBytes: number;
  /** 0 where no swap is set up. */
  readonly swapTotalBytes: number;
  readonly swapFreeBytes: number;
}

/** Since boot. */
export interface Reclaim {
  /** Read back from swap. */
  readonly swapInBytes: number;
  /** Written to swap. */
  readonly swapOutBytes: number;
  /** Allocations that had to free memory themselves before they could go on, in all zones. */
  readonly directReclaims: number;
  readonly majorFaults: number;
  /** Processes killed for want of memory, in control groups too. Undefined before kernel 4.13. */
  readonly oomKills: number | undefined;
}

/** Undefined where the total is missing; MemAvailable came with kernel 3.14. */
export function parseMeminfo(text: string): MemoryLevels | undefined {
  const kib = new Map(
    lines(text).map((line) => {
      const [label = "", value] = words(line);
      return [label.replace(/:$/, ""), Number(value)];
    }),
  );
  const bytes = (label: string) => (kib.get(label) ?? 0) * 1024;
  if (!kib.has("MemTotal") || !kib.has("MemAvailable")) return undefined;
  return {
    totalBytes: bytes("MemTotal"),
    freeBytes: bytes("MemFree"),
    availableBytes: bytes("MemAvailable"),
    cachedBytes: bytes("Cached"),
    dirtyBytes: bytes("Dirty"),
    writebackBytes: bytes("Writeback"),
    shmemBytes: bytes("Shmem"),
    swapTotalBytes: bytes("SwapTotal"),
    swapFreeBytes: bytes("SwapFree"),
  };
}

/** Undefined where the swap counters are missing, or what a page is. */
export function parseVmstat(text: string, pageBytes: number | undefined): Reclaim | undefined {
  const counters = new Map<string, number>();
  let directReclaims = 0;
  for (const line of lines(text)) {
    const space = line.indexOf(" ");
    const label = line.slice(0, space);
    const value = Number(line.slice(space + 1));
    counters.set(label, value);
    // One counter per zone since 4.14, a single `allocstall` before.
    if (label.startsWith("allocstall")) directReclaims += value;
  }
  const swapInPages = counters.get("pswpin");
  const swapOutPages = counters.get("pswpout");
  if (swapInPages === undefined || swapOutPages === undefined || pageBytes === undefined) return undefined;
  return {
    swapInBytes: swapInPages * pageBytes,
    swapOutBytes: swapOutPages * pageBytes,
    directReclaims,
    majorFaults: counters.get("pgmajfault") ?? 0,
    oomKills: counters.get("oom_kill"),
  };
}
