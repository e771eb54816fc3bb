/** A made-up machine for the USE summary: idle, with every part measured, to which a test adds its trouble. */
import type { SchedData } from "../../src/sources/cpu/sched.ts";
import type { BlockData, BlockDisk, BlockUser } from "../../src/sources/disk/block.ts";
import { type Hist, emptyHist } from "../../src/sources/hist.ts";
import type { SockData, SockUser } from "../../src/sources/net/sock.ts";
import type { Disk, ProcData } from "../../src/sources/proc/data.ts";
import type { Filesystem } from "../../src/sources/proc/filesystems.ts";
import type { InterfaceStats } from "../../src/sources/proc/netDev.ts";
import type { CpuTimes } from "../../src/sources/proc/stat.ts";
import type { TcpStat } from "../../src/sources/proc/tcp.ts";
import type { Window } from "../../src/sources/source.ts";

export const GIB = 2 ** 30;

export const processOf = (pid: number, comm: string) => ({ pid, startMs: pid * 100, comm });

/** `n` events of one value. */
export function histOf(value: number, n: number): Hist {
  const power = Math.floor(Math.log2(value));
  const slot = (power - 1) * 4 + (Math.floor(value / 2 ** (power - 2)) % 4);
  return { slots: emptyHist().slots.map((zero, i) => (i === slot ? n : zero)), sum: value * n, max: n > 0 ? value : 0 };
}

export function times(change: Partial<CpuTimes> = {}): CpuTimes {
  return {
    ...{ userMs: 0, niceMs: 0, systemMs: 0, idleMs: 0, iowaitMs: 0, irqMs: 0, softirqMs: 0, stealMs: 0 },
    ...change,
  };
}

export function disk(name: string, change: Partial<Disk> = {}): Disk {
  return {
    ...{ disk: name, major: 8, minor: 0, kind: "disk" as const, reads: 0, readBytes: 0, readMs: 0 },
    ...{ writes: 0, writeBytes: 0, writeMs: 0, discards: 0, discardBytes: 0, discardMs: 0, flushes: 0, flushMs: 0 },
    ...{ inFlight: 0, busyMs: 0, queueMs: 0 },
    ...change,
  };
}

export function nic(name: string, change: Partial<InterfaceStats> = {}): InterfaceStats {
  return {
    ...{ interface: name, rxBytes: 0, rxPackets: 0, rxErrors: 0, rxDropped: 0, rxOverruns: 0, rxFrameErrors: 0 },
    ...{ txBytes: 0, txPackets: 0, txErrors: 0, txDropped: 0, txOverruns: 0, collisions: 0, carrierErrors: 0 },
    ...change,
  };
}

export function tcp(change: Partial<TcpStat> = {}): TcpStat {
  return {
    ...{ established: 5, segmentsIn: 0, segmentsOut: 0, retransmits: 0, errorsIn: 0, resetsOut: 0, resets: 0 },
    ...{ failedConnects: 0, activeOpens: 0, passiveOpens: 0 },
    ...{ listenOverflows: 0, listenDrops: 0, timeouts: 0, receiveDrops: 0, memoryAborts: 0 },
    ...change,
  };
}

export function filesystem(mount: string, change: Partial<Filesystem> = {}): Filesystem {
  return {
    ...{ mount, type: "ext4", totalBytes: 50 * GIB, freeBytes: 40 * GIB, availableBytes: 38 * GIB },
    ...{ inodes: 1000, freeInodes: 900, errors: 0 },
    ...change,
  };
}

const pressure = (someUs = 0, fullUs = 0) => ({ someUs, fullUs });

export function procData(change: Partial<ProcData> = {}): ProcData {
  return {
    cpu: {
      ...{ total: times(), cpus: [], contextSwitches: 0, forks: 0, softirqs: 0 },
      ...{ running: 1, blocked: 0, bootedAt: 1_700_000_000 },
    },
    memory: {
      ...{ totalBytes: 16 * GIB, freeBytes: 8 * GIB, availableBytes: 12 * GIB, cachedBytes: 4 * GIB, dirtyBytes: 0 },
      ...{ writebackBytes: 0, shmemBytes: 0, swapTotalBytes: 0, swapFreeBytes: 0 },
    },
    reclaim: { swapInBytes: 0, swapOutBytes: 0, directReclaims: 0, majorFaults: 0, oomKills: 0 },
    pressure: { cpu: pressure(), memory: pressure(), io: pressure() },
    disks: [disk("vda")],
    interfaces: [nic("eth0"), nic("lo")],
    tcp: tcp(),
    softnet: { packets: 0, dropped: 0, squeezed: 0 },
    limits: { tasks: { used: 100, max: 10_000 }, files: { used: 500, max: 2 ** 63 }, conntrack: undefined },
    links: [
      { interface: "eth0", bitsPerSecond: 1e9, state: "up", physical: true, secondary: false },
      { interface: "lo", bitsPerSecond: undefined, state: "unknown", physical: false, secondary: false },
    ],
    filesystems: [filesystem("/")],
    hardware: undefined,
    hogs: {},
    ...change,
  };
}

export function blockDisk(name: string, change: Partial<BlockDisk> = {}): BlockDisk {
  return {
    ...{ disk: name, reads: 0, writes: 0, discards: 0, readBytes: 0, writeBytes: 0, discardBytes: 0, errors: 0 },
    ...{ flushes: 0, unowned: 0, queue: emptyHist(), service: emptyHist() },
    ...change,
  };
}

export function blockUser(pid: number, comm: string, change: Partial<BlockUser> = {}): BlockUser {
  return {
    ...processOf(pid, comm),
    ...{ disk: "vda", reads: 0, writes: 0, discards: 0, readBytes: 0, writeBytes: 0, discardBytes: 0, errors: 0 },
    ...{ latencyNs: 0, queueNs: 0, maxNs: 0 },
    ...change,
  };
}

export function sockUser(pid: number, comm: string, change: Partial<SockUser> = {}): SockUser {
  return {
    ...processOf(pid, comm),
    ...{
      family: 4 as const,
      localAddress: "192.0.2.1",
      localPort: 1,
      remoteAddress: "192.0.2.2",
      remotePort: 2,
      netNamespace: 1,
    },
    ...{ txBytes: 0, rxBytes: 0, sends: 0, receives: 0, retransmits: 0 },
    ...change,
  };
}

export const idleSched: SchedData = { runqLatency: emptyHist(), onCpu: emptyHist(), processes: [] };
export const idleBlock: BlockData = { disks: [blockDisk("vda")], users: [] };

export interface Readings {
  /** What one second brought; undefined for a source that is not there. */
  readonly proc?: ProcData | undefined;
  readonly procBefore?: ProcData;
  readonly sched?: SchedData | undefined;
  readonly block?: BlockData | undefined;
  readonly sock?: SockData | undefined;
}

/** Windows of one second over an idle machine, as far as a test does not say otherwise. */
export function windows(readings: Readings): (source: string) => Window<unknown> | undefined {
  const window = <S>(newer: S | undefined, older: S): Window<S> | undefined =>
    newer === undefined ? undefined : { newer, older, seconds: 1, lost: 0 };
  const all: Record<string, Window<unknown> | undefined> = {
    proc: window("proc" in readings ? readings.proc : procData(), readings.procBefore ?? procData()),
    sched: window("sched" in readings ? readings.sched : idleSched, idleSched),
    block: window("block" in readings ? readings.block : idleBlock, idleBlock),
    sock: window(readings.sock, { users: [] }),
  };
  return (source) => all[source];
}
