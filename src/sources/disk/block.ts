/** Requests to disks, by the process that asked for them, from the block layer's tracepoints (`bpf/disk/block.bpf.c`). */
import { u32 } from "../bpf/decode.ts";
import type { KernelFacts } from "../bpf/kernelFacts.ts";
import { isPreemptedAtTracepoints } from "../bpf/preempted.ts";
import { type BpfSourceDeclaration, bpfSource } from "../bpf/source.ts";
import * as layout from "../gen/disk/block.ts";
import type { Hist } from "../hist.ts";
import type { ProcessId } from "../process.ts";

export interface BlockData {
  readonly disks: readonly BlockDisk[];
  readonly users: readonly BlockUser[];
}

/** Finished requests, sorted as /proc/diskstats sorts them; cumulative since attach. */
interface Operations {
  readonly reads: number;
  readonly writes: number;
  readonly discards: number;
  readonly readBytes: number;
  readonly writeBytes: number;
  readonly discardBytes: number;
  /** Requests that ended with an error; they are among the reads, writes or discards as well. */
  readonly errors: number;
}

/** One disk, as the kernel names it: `vda`. */
export interface BlockDisk extends Operations {
  readonly disk: string;
  readonly flushes: number;
  /** Requests whose start was not seen, so that they have no owner and no times. */
  readonly unowned: number;
  /** From the start of a request until the driver gets it, in ns. */
  readonly queue: Hist;
  /** From the driver's getting it to the end, in ns. */
  readonly service: Hist;
}

/** One process on one disk. */
export interface BlockUser extends ProcessId, Operations {
  readonly disk: string;
  /** Sum over its requests, from start to end. */
  readonly latencyNs: number;
  /** Sum over its requests, from start until the driver got them. */
  readonly queueNs: number;
  /** Longest request since attach. */
  readonly maxNs: number;
}

const startsWithQueue = (tracepoint: string) => (facts: KernelFacts) =>
  facts.tracepoint(tracepoint)?.[0] === "request_queue *";
const startsWithoutQueue = (tracepoint: string) => (facts: KernelFacts) =>
  facts.tracepoint(tracepoint)?.[0] !== "request_queue *";
/** Of the device numbers in the maps, as user space writes them. */
const MINOR_BITS = 20;

/** What block_io_start was before it was a tracepoint. With a second argument it also ran for what was merged. */
const ACCOUNT_START = "blk_account_io_start";
const takesOnlyRequest = (facts: KernelFacts) => facts.kernelFunction(ACCOUNT_START)?.join() === "request *";

/** With its plan, so that tests can take rungs away. */
export const blockDeclaration: BpfSourceDeclaration<BlockData> = {
  id: "block",
  object: "disk/block",
  layout,
  plan: [
    {
      gives: "the process that started the I/O",
      optional: true,
      rungs: [
        {
          kind: "kprobe",
          hooks: [ACCOUNT_START],
          programs: ["start_kprobe"],
          withoutMaps: ["bios"],
          usable: (facts) => isPreemptedAtTracepoints(facts) && takesOnlyRequest(facts),
        },
        { kind: "tp_btf", hooks: ["block_io_start"], programs: ["start_btf"], withoutMaps: ["bios"] },
        { kind: "raw_tp", hooks: ["block_io_start"], programs: ["start_raw"], withoutMaps: ["bios"] },
        {
          kind: "fentry",
          hooks: [ACCOUNT_START],
          programs: ["start_fentry"],
          withoutMaps: ["bios"],
          usable: takesOnlyRequest,
        },
        {
          kind: "kprobe",
          hooks: [ACCOUNT_START],
          programs: ["start_kprobe"],
          withoutMaps: ["bios"],
          usable: takesOnlyRequest,
        },
        {
          kind: "tp_btf",
          hooks: ["block_getrq"],
          programs: ["getrq_btf"],
          constants: { start_by_bio: 1 },
          usable: startsWithoutQueue("block_getrq"),
        },
        {
          kind: "raw_tp",
          hooks: ["block_getrq"],
          programs: ["getrq_raw"],
          constants: { start_by_bio: 1 },
          usable: startsWithoutQueue("block_getrq"),
        },
        {
          kind: "raw_tp",
          hooks: ["block_getrq"],
          programs: ["getrq_queue_raw"],
          constants: { start_by_bio: 1 },
          usable: startsWithQueue("block_getrq"),
        },
      ],
    },
    {
      gives: "the time I/O waits in the queue",
      rungs: [
        {
          kind: "kprobe",
          hooks: ["blk_mq_start_request"],
          programs: ["issue_kprobe"],
          usable: isPreemptedAtTracepoints,
        },
        {
          kind: "tp_btf",
          hooks: ["block_rq_issue"],
          programs: ["issue_btf"],
          usable: startsWithoutQueue("block_rq_issue"),
        },
        {
          kind: "raw_tp",
          hooks: ["block_rq_issue"],
          programs: ["issue_raw"],
          usable: startsWithoutQueue("block_rq_issue"),
        },
        {
          kind: "raw_tp",
          hooks: ["block_rq_issue"],
          programs: ["issue_queue_raw"],
          usable: startsWithQueue("block_rq_issue"),
        },
      ],
    },
    {
      gives: "finished I/O",
      rungs: [
        { kind: "tp_btf", hooks: ["block_rq_complete"], programs: ["complete_btf"] },
        { kind: "raw_tp", hooks: ["block_rq_complete"], programs: ["complete_raw"] },
      ],
    },
  ],
  unseen: [
    "buffered writes reach the disk later, in the name of a kworker: filetop shows who wrote",
    "dm, md and zram have no requests of their own: their I/O shows on the disks below, where encryption and RAID hand it to a kworker there in its name",
    "the wait for a free place in a full queue, before a request begins",
  ],
  processes: (data) => data.users,
  open(maps) {
    const disks = maps.hash("disks", u32, layout.disk_totals);
    const users = maps.hash("users", layout.user_key, layout.user_totals);
    const names = new Map<number, string>();
    const nameOf = (dev: number) => names.get(dev) || `${dev >>> MINOR_BITS}:${dev & ((1 << MINOR_BITS) - 1)}`;
    return () => {
      // A disk is there before its first user: read the other way round, each user's disk has a name.
      const userEntries = users.entries();
      const diskEntries = disks.entries();
      for (const { key, value } of diskEntries) names.set(key, value.name);
      return {
        disks: diskEntries.map(({ key, value }) => ({
          disk: nameOf(key),
          ...operations(value),
          flushes: value.flushes,
          unowned: value.unowned,
          queue: value.queue,
          service: value.service,
        })),
        users: userEntries.map(({ key, value }) => ({
          pid: key.process.pid,
          startMs: key.process.start_ms,
          comm: value.comm,
          disk: nameOf(key.dev),
          ...operations(value),
          latencyNs: value.latency_ns,
          queueNs: value.queue_ns,
          maxNs: value.max_ns,
        })),
      };
    };
  },
};

export const block = bpfSource(blockDeclaration);

function operations(totals: layout.disk_totals | layout.user_totals): Operations {
  return {
    reads: totals.reads,
    writes: totals.writes,
    discards: totals.discards,
    readBytes: totals.read_bytes,
    writeBytes: totals.write_bytes,
    discardBytes: totals.discard_bytes,
    errors: totals.errors,
  };
}
