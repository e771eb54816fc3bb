import type { CpuStat } from "./stat.ts";
import type { DiskStats } from "./diskstats.ts";
import type { DiskKind } from "./blockDevices.ts";
import type { Filesystem } from "./filesystems.ts";
import type { Hardware } from "./hardware.ts";
import type { Hog, Scarce } from "./hogs.ts";
import type { Limits } from "./limits.ts";
import type { Link } from "./links.ts";
import type { MemoryLevels, Reclaim } from "./memory.ts";
import type { InterfaceStats } from "./netDev.ts";
import type { Pressures } from "./pressure.ts";
import type { Softnet } from "./softnet.ts";
import type { TcpStat } from "./tcp.ts";

/** A whole disk and what kind it is. */
export interface Disk extends DiskStats {
  readonly kind: DiskKind;
}

/** What /proc and /sys say at one instant. A part is undefined where its file is absent or can't be read. */
export interface ProcData {
  readonly cpu: CpuStat | undefined;
  readonly memory: MemoryLevels | undefined;
  readonly reclaim: Reclaim | undefined;
  readonly pressure: Pressures | undefined;
  /** Whole disks; partitions, and devices that never did any I/O and have no device behind them, are left out. */
  readonly disks: readonly Disk[] | undefined;
  readonly interfaces: readonly InterfaceStats[] | undefined;
  readonly tcp: TcpStat | undefined;
  readonly softnet: Softnet | undefined;
  readonly limits: Limits;
  /** Read every ten seconds. */
  readonly links: readonly Link[] | undefined;
  /** Read every ten seconds. */
  readonly filesystems: readonly Filesystem[] | undefined;
  /** Read every ten seconds. */
  readonly hardware: Hardware | undefined;
  /** Who holds the most; read only while that is scarce. */
  readonly hogs: Readonly<Partial<Record<Scarce, readonly Hog[]>>>;
}
