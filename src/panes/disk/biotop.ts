import type { BlockData, BlockUser } from "../../sources/disk/block.ts";
import type { IoData } from "../../sources/proc/io.ts";
import { type ProcessId, processKey } from "../../sources/process.ts";
import type { Window } from "../../sources/source.ts";
import { deltaBy } from "../kit/delta.ts";
import { type Column, tablePane } from "../pane.ts";

const COUNTERS = [
  "reads",
  "writes",
  "discards",
  "readBytes",
  "writeBytes",
  "discardBytes",
  "errors",
  "latencyNs",
  "queueNs",
] as const;

/** A process on a disk; of /proc alone, on all disks together, with nothing but the bytes. */
interface BiotopRow extends ProcessId, Partial<Omit<BlockUser, keyof ProcessId>> {
  readonly readBytes: number;
  readonly writeBytes: number;
}

const keyOf = (row: BiotopRow) => `${processKey(row)} ${row.disk ?? ""}`;
/** An average over no requests is not a number that was measured. */
function perRequest(sum: number | undefined, { reads = 0, writes = 0, discards = 0 }: BiotopRow): number | undefined {
  const requests = reads + writes + discards;
  return sum === undefined || requests === 0 ? undefined : sum / requests;
}

const columns: readonly Column<BiotopRow>[] = [
  {
    id: "disk",
    heading: "DISK",
    unit: "text",
    help: "The disk, as the kernel names it",
    get: (row) => row.disk,
    priority: 0,
  },
  {
    id: "reads",
    heading: "READS",
    unit: "operations",
    perSecond: true,
    help: "Read requests finished",
    get: (row) => row.reads,
  },
  {
    id: "writes",
    heading: "WRITES",
    unit: "operations",
    perSecond: true,
    help: "Write requests finished",
    get: (row) => row.writes,
  },
  {
    id: "discards",
    heading: "DISCARDS",
    unit: "operations",
    perSecond: true,
    help: "Discards finished",
    get: (row) => row.discards,
    hidden: true,
  },
  {
    id: "readBytes",
    heading: "READ",
    unit: "bytes",
    perSecond: true,
    help: "Bytes read from the disk",
    get: (row) => row.readBytes,
    priority: 0,
  },
  {
    id: "writeBytes",
    heading: "WRITTEN",
    unit: "bytes",
    perSecond: true,
    help: "Bytes written to the disk",
    get: (row) => row.writeBytes,
    priority: 0,
  },
  {
    id: "discardBytes",
    heading: "DISCARDED",
    unit: "bytes",
    perSecond: true,
    help: "Bytes discarded",
    get: (row) => row.discardBytes,
    hidden: true,
  },
  {
    id: "totalBytes",
    heading: "TOTAL",
    unit: "bytes",
    perSecond: true,
    help: "Bytes read, written and discarded",
    get: (row) => row.readBytes + row.writeBytes + (row.discardBytes ?? 0),
    hidden: true,
  },
  {
    id: "latencyAvgNs",
    heading: "AVG",
    unit: "ns",
    help: "Average time of a request from start to end",
    get: (row) => perRequest(row.latencyNs, row),
    hot: (ns) => ns >= 20e6,
    priority: 0,
  },
  {
    id: "queueAvgNs",
    heading: "QUEUED",
    unit: "ns",
    help: "Of that, the time until the driver got it",
    get: (row) => perRequest(row.queueNs, row),
    hot: (ns) => ns >= 10e6,
    priority: 2,
  },
  {
    id: "latencyNs",
    heading: "TIME",
    unit: "ns",
    help: "Time of all requests together",
    get: (row) => row.latencyNs,
    hidden: true,
  },
  {
    id: "errors",
    heading: "ERRORS",
    unit: "count",
    help: "Requests that ended with an error",
    get: (row) => row.errors,
    hot: (errors) => errors > 0,
    priority: 2,
  },
];

export const biotop = tablePane<BlockData, BiotopRow>({
  name: "biotop",
  question: "Which processes keep the disks busy?",
  resource: "disk",
  source: "block",
  rows: usersOf,
  otherwise: { source: "io", rows: (window) => fromProc(window as Window<IoData>) },
  rowKey: keyOf,
  process: (row) => row,
  columns,
  sort: { column: "totalBytes", descending: true },
});

/** What each process did on each disk within the interval. */
export function usersOf({ newer, older }: Window<BlockData>): readonly BlockUser[] {
  return deltaBy(newer.users, older.users, keyOf, COUNTERS);
}

function fromProc({ newer, older }: Window<IoData>): readonly BiotopRow[] {
  return deltaBy(newer.processes, older.processes, processKey, ["readBytes", "writeBytes"]);
}
