/** The whole machine, as /proc and /sys tell it. */
import { monotonicMs } from "../clock.ts";
import type { ProcessId } from "../process.ts";
import { type Snapshot, type Source, type SourceState, coverageOf } from "../source.ts";
import { BlockDevices } from "./blockDevices.ts";
import type { Disk, ProcData } from "./data.ts";
import { parseDiskstats } from "./diskstats.ts";
import { readLimits } from "./limits.ts";
import { parseMeminfo, parseVmstat } from "./memory.ts";
import { parseNetDev } from "./netDev.ts";
import { readPageBytes } from "./pageSize.ts";
import { readPressures } from "./pressure.ts";
import { Scarcity } from "./scarcity.ts";
import { SlowFiles } from "./slow.ts";
import { parseSoftnet } from "./softnet.ts";
import { parseStat } from "./stat.ts";
import { parseTcp } from "./tcp.ts";
import { readText } from "./files.ts";

/** The first frame waits this long for what is slow to read. */
const FIRST_PATIENCE_MS = 200;

/** What each part of the data comes from, and what is missing without it. */
const PARTS: readonly { readonly part: keyof ProcData; readonly files: readonly string[]; readonly gives: string }[] = [
  { part: "cpu", files: ["/proc/stat"], gives: "CPU time" },
  { part: "memory", files: ["/proc/meminfo"], gives: "memory levels" },
  { part: "reclaim", files: ["/proc/vmstat"], gives: "swapping and reclaim" },
  { part: "pressure", files: ["/proc/pressure/*"], gives: "pressure stall times (needs PSI: boot with psi=1)" },
  { part: "disks", files: ["/proc/diskstats", "/sys/block/*"], gives: "disk counters" },
  { part: "interfaces", files: ["/proc/net/dev"], gives: "network interface counters" },
  { part: "tcp", files: ["/proc/net/snmp", "/proc/net/netstat"], gives: "TCP counters" },
  { part: "softnet", files: ["/proc/net/softnet_stat"], gives: "drops before the network stack" },
  { part: "links", files: ["/sys/class/net/*"], gives: "link speeds" },
  { part: "filesystems", files: ["/proc/self/mountinfo", "statfs(2)"], gives: "filesystem levels" },
];

const ALWAYS_VIA = ["/proc/loadavg", "/proc/sys/*", "/sys/devices/system/*"];

const UNSEEN = [
  "network and FUSE filesystems: asking a dead one for its free space would hang",
  "other network namespaces: their interfaces and TCP counters",
];

/** The source `proc`; `root` is where a recorded tree stands in for `/`. */
export function procSource(root = ""): Source<ProcData> {
  return new ProcSource(root);
}

class ProcSource implements Source<ProcData> {
  readonly id = "proc";
  readonly #root: string;
  readonly #pageBytes: number | undefined;
  #devices: BlockDevices;
  #slow: SlowFiles;
  #scarcity = new Scarcity();
  #state: SourceState = { kind: "off" };

  constructor(root: string) {
    this.#root = root;
    this.#pageBytes = readPageBytes(root);
    this.#devices = new BlockDevices(root);
    this.#slow = new SlowFiles(root);
  }

  processes(data: ProcData): readonly ProcessId[] {
    return Object.values(data.hogs).flat();
  }

  async attach(): Promise<void> {
    if (this.#state.kind !== "off") return;
    this.#state = { kind: "attaching" };
    this.#slow = new SlowFiles(this.#root);
    this.#scarcity = new Scarcity();
    this.#devices.refresh();
    await Promise.race([
      this.#slow.refresh(),
      new Promise((resolve) => setTimeout(resolve, FIRST_PATIENCE_MS).unref()),
    ]);
    // Detached while it waited.
    if ((this.#state as SourceState).kind !== "attaching") return;
    this.#state = { kind: "live", coverage: { via: viaOf(this.#read()), sinceMs: Date.now(), unseen: UNSEEN } };
  }

  read(): Snapshot<ProcData> {
    const at = monotonicMs();
    const coverage = coverageOf(this.#state);
    if (coverage === undefined) return { at, state: this.#state, lost: 0, data: undefined };
    if (this.#slow.refresh() !== undefined) this.#devices.refresh();
    const data = this.#read();
    this.#slow.watch(this.#scarcity.of(data, at));
    const missing = [
      ...missingOf(data),
      ...this.#slow.hanging.map((mount) => `free space of ${mount}, which does not answer`),
    ];
    this.#state = missing.length === 0 ? { kind: "live", coverage } : { kind: "degraded", coverage, missing };
    return { at, state: this.#state, lost: 0, data };
  }

  detach(): void {
    this.#state = { kind: "off" };
  }

  #read(): ProcData {
    const text = (file: string) => readText(`${this.#root}/proc/${file}`) ?? "";
    const netDev = readText(`${this.#root}/proc/net/dev`);
    return {
      cpu: parseStat(text("stat")),
      memory: parseMeminfo(text("meminfo")),
      reclaim: parseVmstat(text("vmstat"), this.#pageBytes),
      pressure: readPressures(this.#root),
      disks: this.#disks(),
      interfaces: netDev === undefined ? undefined : parseNetDev(netDev),
      tcp: parseTcp(text("net/snmp"), text("net/netstat")),
      softnet: parseSoftnet(text("net/softnet_stat")),
      limits: readLimits(this.#root),
      ...this.#slow.last,
      hogs: this.#slow.hogs,
    };
  }

  #disks(): readonly Disk[] | undefined {
    const text = readText(`${this.#root}/proc/diskstats`);
    if (text === undefined || !this.#devices.known) return undefined;
    return parseDiskstats(text).flatMap((stats) => {
      const kind = this.#devices.kindOf(stats);
      const idle = stats.reads + stats.writes + stats.discards === 0;
      return kind === undefined || (idle && kind !== "disk") ? [] : [{ ...stats, kind }];
    });
  }
}

function viaOf(data: ProcData): readonly string[] {
  return [...PARTS.filter(({ part }) => data[part] !== undefined).flatMap(({ files }) => files), ...ALWAYS_VIA];
}

function missingOf(data: ProcData): readonly string[] {
  return PARTS.filter(({ part }) => data[part] === undefined).map(({ gives }) => gives);
}

export const proc = procSource();
