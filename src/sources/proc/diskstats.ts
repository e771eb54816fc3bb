/** I/O of block devices, from /proc/diskstats. */
import { lines, words } from "./text.ts";

/** One block device since boot. Times are sums over requests, except {@link busyMs}. */
export interface DiskStats {
  /** As the kernel names it: `vda`, `cciss/c0d0`. Partitions appear as well. */
  readonly disk: string;
  readonly major: number;
  readonly minor: number;
  readonly reads: number;
  readonly readBytes: number;
  readonly readMs: number;
  readonly writes: number;
  readonly writeBytes: number;
  readonly writeMs: number;
  readonly discards: number;
  readonly discardBytes: number;
  readonly discardMs: number;
  /** 0 before kernel 5.5, which did not count them. */
  readonly flushes: number;
  readonly flushMs: number;
  /** Requests under way at this moment. */
  readonly inFlight: number;
  /** Time in which at least one request was under way: 100 % of it does not mean that the disk is at its limit. */
  readonly busyMs: number;
  /** Requests under way times how long they were: its rate is the average queue depth. */
  readonly queueMs: number;
}

/** The unit of /proc/diskstats, whatever the sector of the disk. */
const SECTOR_BYTES = 512;

export function parseDiskstats(text: string): readonly DiskStats[] {
  return lines(text).flatMap((line) => {
    const fields = words(line);
    const disk = fields[2];
    // Some kernels before 5.0 gave partitions four numbers only.
    if (disk === undefined || fields.length < 14) return [];
    const at = (index: number) => Number(fields[index] ?? 0);
    return [
      {
        disk,
        major: at(0),
        minor: at(1),
        reads: at(3),
        readBytes: at(5) * SECTOR_BYTES,
        readMs: at(6),
        writes: at(7),
        writeBytes: at(9) * SECTOR_BYTES,
        writeMs: at(10),
        inFlight: at(11),
        busyMs: at(12),
        queueMs: at(13),
        discards: at(14),
        discardBytes: at(16) * SECTOR_BYTES,
        discardMs: at(17),
        flushes: at(18),
        flushMs: at(19),
      },
    ];
  });
}
