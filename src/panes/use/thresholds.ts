/**
 * From where on a number means trouble. The one place for it: each with the reason, as an experienced engineer would give it.
 * A notice is worth knowing, a warning costs somebody time, a critical one wants a person now.
 */
import type { Severity } from "./report.ts";

export interface Threshold {
  readonly notice: number;
  readonly warning: number;
  readonly critical: number;
  readonly why: string;
}

const NEVER = Number.POSITIVE_INFINITY;

export const thresholds = {
  runqLatencyP99Ns: {
    notice: 3e6,
    warning: 10e6,
    critical: 50e6,
    why: "a slice is 3-4 ms: one thread in a hundred that waits several slices is felt by every service; counted only together with PSI",
  },
  cpuStalledPercent: {
    notice: 5,
    warning: 10,
    critical: 40,
    why: "with many CPUs some thread nearly always waits a little, so it counts only together with the run-queue latency",
  },
  stealPercent: {
    notice: 5,
    warning: 10,
    critical: 30,
    why: "the hypervisor gives this machine's time to others: nothing on the machine itself can help",
  },
  softirqPercent: {
    notice: 30,
    warning: 60,
    critical: NEVER,
    why: "soft interrupts go before every thread, and seldom spread evenly over CPUs",
  },
  thermalThrottles: {
    notice: 1,
    warning: 100,
    critical: NEVER,
    why: "the CPU runs slower than it could because it is too hot",
  },
  memoryUsedPercent: {
    notice: 90,
    warning: 97,
    critical: NEVER,
    why: "of what can't be had back by dropping caches; full alone harms nobody until the kernel has to work for more",
  },
  memorySomeStalledPercent: {
    notice: 2,
    warning: 10,
    critical: 40,
    why: "the time tasks lose to reclaim, swap-in and refaults: the direct measure of too little memory",
  },
  memoryFullStalledPercent: {
    notice: 1,
    warning: 5,
    critical: 20,
    why: "everything stood still for want of memory; from a tenth of the time on it is thrashing",
  },
  swapInBytesPerSecond: {
    notice: 256 * 1024,
    warning: 4 * 1024 ** 2,
    critical: NEVER,
    why: "pages that are wanted back were wrongly put out; swap that is merely occupied harms nobody",
  },
  swapOutBytesPerSecond: {
    notice: 4 * 1024 ** 2,
    warning: 64 * 1024 ** 2,
    critical: NEVER,
    why: "memory is being pushed out quickly; slowly it is only housekeeping",
  },
  directReclaimsPerSecond: {
    notice: 10,
    warning: 200,
    critical: NEVER,
    why: "kswapd no longer keeps up: allocations wait while they free memory themselves",
  },
  swapUsedPercent: { notice: 90, warning: NEVER, critical: NEVER, why: "the next squeeze ends with the OOM killer" },
  oomKills: { notice: 1, warning: 1, critical: 1, why: "a process has been killed for want of memory" },
  correctedMemoryErrors: {
    notice: 1,
    warning: 100,
    critical: NEVER,
    why: "a memory module that needs correcting often is about to fail",
  },
  uncorrectedMemoryErrors: {
    notice: 1,
    warning: 1,
    critical: 1,
    why: "data has been lost, and the module will lose more",
  },
  diskQueueP99Ns: {
    notice: 5e6,
    warning: 10e6,
    critical: 100e6,
    why: "requests that wait before the driver may have them: the disk takes no more, whatever its busy time says",
  },
  diskServiceP99Ns: {
    notice: 50e6,
    warning: 200e6,
    critical: 1e9,
    why: "beyond any seek of a healthy disk: it queues inside, or the provider throttles it",
  },
  diskAwaitNs: {
    notice: 20e6,
    warning: 50e6,
    critical: 500e6,
    why: "an average, used where the queue itself is not seen; rotating disks take 5-10 ms",
  },
  ioStalledPercent: {
    notice: 60,
    warning: NEVER,
    critical: NEVER,
    why: "one process that waits for its own reads is enough for it: worth knowing, no proof of a disk at its limit",
  },
  diskErrors: { notice: 1, warning: 1, critical: 10, why: "a request that failed is seldom the last" },
  linkUsedPercent: {
    notice: 80,
    warning: 95,
    critical: NEVER,
    why: "an average of 80 % has bursts that fill the link; full duplex, so the busier direction counts",
  },
  packetsDroppedPercent: {
    notice: 0.1,
    warning: 1,
    critical: 5,
    why: "TCP's throughput breaks down at a few per cent of loss; a trickle is also what nobody listens for (LLDP, unknown VLANs)",
  },
  packetErrorsPercent: {
    notice: 0.01,
    warning: 0.5,
    critical: 5,
    why: "a healthy cable has none: plugs, optics, duplex",
  },
  retransmitsPercent: {
    notice: 0.5,
    warning: 1,
    critical: 5,
    why: "each costs a round trip or a timeout of 200 ms and more; the Internet at large has less than 1 %",
  },
  listenOverflowsPerSecond: {
    notice: 0.01,
    warning: 1,
    critical: 50,
    why: "clients that connect wait a second or more to try again: the server does not accept quickly enough",
  },
  receiveDropsPerSecond: {
    notice: 1,
    warning: 100,
    critical: NEVER,
    why: "a process does not read its socket quickly enough, and the sender must send again",
  },
  timeoutsPerSecond: {
    notice: 5,
    warning: 50,
    critical: NEVER,
    why: "nothing came back for the whole retransmission timer: each is a stall of 200 ms or more",
  },
  resetsPerSecond: {
    notice: 50,
    warning: 500,
    critical: NEVER,
    why: "established connections that end by a reset; many clients use it to hang up, so only many are odd",
  },
  tcpErrorsPerSecond: {
    notice: 1,
    warning: 50,
    critical: NEVER,
    why: "damaged segments: broken hardware or a middlebox",
  },
  memoryAborts: { notice: 1, warning: 1, critical: 10, why: "connections given up because TCP may use no more memory" },
  filesystemUsedPercent: {
    notice: 85,
    warning: 95,
    critical: 99,
    why: "writes fail at 100 %, and most filesystems slow down and fragment from 90 % on",
  },
  inodesUsedPercent: {
    notice: 85,
    warning: 95,
    critical: 99,
    why: "no new file can be made at 100 %, however much space is free",
  },
  filesystemErrors: { notice: 1, warning: NEVER, critical: NEVER, why: "found at some time since the last fsck" },
  newFilesystemErrors: {
    notice: 1,
    warning: 1,
    critical: 1,
    why: "the filesystem is being damaged now, and may turn read-only",
  },
  limitUsedPercent: {
    notice: 75,
    warning: 90,
    critical: 97,
    why: "at 100 % fork, open or connect fail for everybody; leaks grow slowly, so early is useful",
  },
} as const satisfies Record<string, Threshold>;

/** Below these numbers of events in a window a share or a percentile says nothing: a handful must not alarm. */
export const atLeast = {
  runqWaits: 100,
  diskRequests: 20,
  droppedPackets: 10,
  packetErrors: 3,
  retransmits: 10,
} as const;

/** Free space above which a filled filesystem is one step less urgent: 95 % of many TB is still a lot of room. */
export const AMPLE_BYTES = 100 * 1024 ** 3;

const RANK: Record<Severity, number> = { unknown: 0, ok: 1, notice: 2, warning: 3, critical: 4 };
const STEPS: readonly Severity[] = ["unknown", "ok", "notice", "warning", "critical"];

/** Unknown where there is no value. */
export function judge(value: number | undefined, threshold: Threshold): Severity {
  if (value === undefined) return "unknown";
  if (value >= threshold.critical) return "critical";
  if (value >= threshold.warning) return "warning";
  return value >= threshold.notice ? "notice" : "ok";
}

/** For sorting: the worse, the higher. */
export function rank(severity: Severity): number {
  return RANK[severity];
}

export function isTrouble(severity: Severity): boolean {
  return rank(severity) >= rank("notice");
}

export function worst(severities: readonly Severity[]): Severity {
  return severities.reduce((a, b) => (rank(b) > rank(a) ? b : a), "unknown");
}

/** One step less urgent, down to ok. */
export function milder(severity: Severity): Severity {
  return isTrouble(severity) ? (STEPS[rank(severity) - 1] ?? severity) : severity;
}

/**
 * Two symptoms of which each alone is no proof: as bad as the milder of them. With only one of them measured, that one
 * counts, but it is never critical on its own.
 */
export function together(a: Severity, b: Severity): Severity {
  if (a === "unknown" || b === "unknown") {
    const known = worst([a, b]);
    return known === "critical" ? "warning" : known;
  }
  return rank(a) < rank(b) ? a : b;
}
