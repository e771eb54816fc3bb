/** Frames made small, a little at a time. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { deflate, inflateSync } from "node:zlib";
import type { Snapshot } from "../../sources/source.ts";
import type { Frame } from "../feed.ts";

const deflated = promisify(deflate);
/** A frame of a busy machine shrinks to a tenth already at the fastest level. */
const LEVEL = 1;

export type Snapshots = Frame["snapshots"];
/** By source id: deflated JSON. */
export type Packed = ReadonlyMap<string, Buffer>;

/** One source after the other, each in a turn of its own, so that no key waits for more than one. */
export async function pack(snapshots: Snapshots): Promise<Packed> {
  const packed = new Map<string, Buffer>();
  for (const [id, snapshot] of Object.entries(snapshots)) {
    await nextTurn();
    packed.set(id, await deflated(JSON.stringify(snapshot), { level: LEVEL }));
  }
  return packed;
}

/** While somebody waits for it; a few ms. */
export function unpack(packed: Packed): Snapshots {
  const snapshots: Record<string, Snapshot<unknown>> = {};
  for (const [id, bytes] of packed) snapshots[id] = JSON.parse(inflateSync(bytes).toString()) as Snapshot<unknown>;
  return snapshots;
}

export function packedBytes(packed: Packed): number {
  let bytes = 0;
  for (const { byteLength } of packed.values()) bytes += byteLength;
  return bytes;
}
