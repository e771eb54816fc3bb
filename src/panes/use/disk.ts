import type { BlockDisk } from "../../sources/disk/block.ts";
import { count, percentile, subtract } from "../../sources/hist.ts";
import { processKey } from "../../sources/process.ts";
import type { Disk } from "../../sources/proc/data.ts";
import { deltaBy } from "../kit/delta.ts";
import { type Inputs, increase, increaseOf, percentOf } from "./inputs.ts";
import type { Suspect, UseRow } from "./report.ts";
import { type Reading, counted, rowOf, shown, spoken } from "./row.ts";
import { suspectsBy } from "./suspects.ts";
import { type Threshold, atLeast, judge, thresholds } from "./thresholds.ts";

/** What happened on one disk in a window. */
interface DiskWindow {
  readonly disk: string;
  /** Increases of /proc/diskstats. */
  readonly stats: Disk | undefined;
  /** What the block source saw: its newest counts, and those before. */
  readonly newer: BlockDisk | undefined;
  readonly older: BlockDisk | undefined;
  readonly inputs: Inputs;
}

const COUNTERS = [
  ...["reads", "readBytes", "readMs", "writes", "writeBytes", "writeMs"],
  ...["discards", "discardBytes", "discardMs", "flushes", "flushMs", "busyMs", "queueMs"],
] as const satisfies readonly (keyof Disk)[];

/** One row for each disk; for loop devices, RAM disks and CD drives while they are used. Stacked disks show on those below. */
export function diskRows(inputs: Inputs): readonly UseRow[] {
  const { proc, block } = inputs;
  const increases = deltaBy(proc?.newer.disks ?? [], proc?.older.disks ?? [], (disk) => disk.disk, COUNTERS);
  const moved = new Map(increases.map((disk) => [disk.disk, disk]));
  const shownDisks = (proc?.newer.disks ?? [])
    .filter(({ kind, disk }) => kind === "disk" || (kind !== "stacked" && moved.has(disk)))
    .map(({ disk }) => disk);
  // The disk with the longest queue is the one that stalled tasks wait for.
  const busiest = increases
    .filter(({ disk }) => shownDisks.includes(disk))
    .toSorted((a, b) => b.queueMs - a.queueMs)[0];
  const names = shownDisks.length > 0 ? shownDisks : (block?.newer.disks ?? []).map(({ disk }) => disk);
  return names.toSorted().map((disk) =>
    diskRow(
      {
        disk,
        stats: moved.get(disk) ?? unmoved(proc?.newer.disks?.find((candidate) => candidate.disk === disk)),
        newer: block?.newer.disks.find((candidate) => candidate.disk === disk),
        older: block?.older.disks.find((candidate) => candidate.disk === disk),
        inputs,
      },
      disk === (busiest?.disk ?? names[0]),
    ),
  );
}

function diskRow(window: DiskWindow, busiest: boolean): UseRow {
  const { stats, inputs } = window;
  const seconds = inputs.proc?.seconds;
  const rate = (value: number | undefined) =>
    value === undefined || seconds === undefined ? undefined : value / seconds;
  return rowOf({
    resource: "disk",
    instance: window.disk,
    utilization: [
      shown("busy", "busyPercent", seconds && percentOf(stats?.busyMs, seconds * 1000), "percent"),
      { ...shown("read", "readBytesPerSecond", rate(stats?.readBytes), "bytes"), perSecond: true },
      { ...shown("written", "writeBytesPerSecond", rate(stats?.writeBytes), "bytes"), perSecond: true },
    ],
    saturation: [
      ...(inputs.block === undefined ? averages(stats) : distributions(window)),
      shown("queue depth", "queueDepthCount", seconds && rate(stats && stats.queueMs / 1000), "count"),
      ...(busiest ? [stalled(inputs)] : []),
    ],
    errors: errors(window),
    suspects: () => suspects(window),
    pane: "biotop",
    called: { errors: "failing" },
  });
}

/** The block source sees where each request spends its time. No requests, no waiting: that is ok, not unknown. */
function distributions({ newer, older }: DiskWindow): readonly Reading[] {
  const reading = (name: "queue" | "service", label: string, id: string, threshold: Threshold): Reading => {
    const hist = newer && (older === undefined ? newer[name] : subtract(newer[name], older[name]));
    const p99 = hist && percentile(hist, 0.99);
    const enough = hist !== undefined && count(hist) >= atLeast.diskRequests;
    const severity = enough ? judge(p99, threshold) : "ok";
    return { label, id, value: p99, unit: "ns", severity, words: `${name} ${spoken(p99, "ns")} p99` };
  };
  return [
    reading("queue", "queue p99", "queueP99Ns", thresholds.diskQueueP99Ns),
    reading("service", "service p99", "serviceP99Ns", thresholds.diskServiceP99Ns),
  ];
}

/** Without the block source: the average of /proc/diskstats, from request to end. */
function averages(stats: Disk | undefined): readonly Reading[] {
  const requests = stats && stats.reads + stats.writes + stats.discards;
  const averageNs = stats && requests ? (1e6 * (stats.readMs + stats.writeMs + stats.discardMs)) / requests : undefined;
  const enough = requests !== undefined && requests >= atLeast.diskRequests;
  return [
    {
      label: "await",
      id: "awaitNs",
      value: averageNs,
      unit: "ns",
      severity: requests === undefined ? "unknown" : enough ? judge(averageNs, thresholds.diskAwaitNs) : "ok",
      words: `requests take ${spoken(averageNs, "ns")} on average`,
    },
  ];
}

function stalled({ proc }: Inputs): Reading {
  const percent =
    proc &&
    percentOf(
      increaseOf(proc, (data) => data.pressure?.io.someUs),
      proc.seconds * 1e6,
    );
  return {
    label: "I/O stalled",
    id: "ioStalledPercent",
    value: percent,
    unit: "percent",
    severity: judge(percent, thresholds.ioStalledPercent),
    words: `some task waits for I/O ${spoken(percent, "percent")} of the time`,
  };
}

function errors({ newer, older, inputs }: DiskWindow): readonly Reading[] {
  // A disk that the block source has not met yet had no requests, and so no errors.
  const failed =
    inputs.block === undefined ? undefined : newer === undefined ? 0 : increase(newer.errors, older?.errors ?? 0);
  const severity = judge(failed, thresholds.diskErrors);
  return [
    {
      label: "errors",
      id: "errorsCount",
      value: failed,
      unit: "count",
      severity,
      words: `${counted(failed ?? 0, "request")} failed`,
    },
  ];
}

function suspects({ disk, inputs: { block } }: DiskWindow): readonly Suspect[] {
  if (block === undefined) return [];
  const counters = ["readBytes", "writeBytes", "discardBytes", "latencyNs"] as const;
  const onDisk = (users: typeof block.newer.users) => users.filter((user) => user.disk === disk);
  const users = deltaBy(onDisk(block.newer.users), onDisk(block.older.users), processKey, counters);
  const byBytes = suspectsBy(users, (user) => user.readBytes + user.writeBytes + user.discardBytes, "of bytes");
  // Flushes move no bytes.
  return (byBytes.length > 0 ? byBytes : suspectsBy(users, (user) => user.latencyNs, "of I/O time")).map(onBehalf);
}

/** Buffered writes reach the disk later, by a thread of the kernel: whoever dirtied the pages is not known here. */
function onBehalf(suspect: Suspect): Suspect {
  const writeback = suspect.process.comm.startsWith("kworker/");
  return writeback ? { ...suspect, share: `${suspect.share}, written back for others` } : suspect;
}

/** {@link deltaBy} leaves out what did not move. */
function unmoved(disk: Disk | undefined): Disk | undefined {
  return disk && { ...disk, ...Object.fromEntries(COUNTERS.map((counter) => [counter, 0])) };
}
