/** Frames made small, a little at a time: what did not change since another frame is not said again. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { deflate, inflateSync } from "node:zlib";
import type { Snapshot } from "../../sources/source.ts";
import type { Frame } from "../feed.ts";

const deflated = promisify(deflate);
/** A frame of a busy machine shrinks to a tenth already at the fastest level. */
const LEVEL = 1;
/** Shorter tables are written out. */
const MANY = 32;

export type Snapshots = Frame["snapshots"];
/** By source id: deflated JSON of a {@link Written}. */
export type Packed = ReadonlyMap<string, Buffer>;

/** A snapshot; of its tables that stand in `rows` only what is not in the other frame. */
interface Written {
  readonly snapshot: Snapshot<unknown>;
  /** By the name of the table: a row, or from where in the other frame's table how many stand here. */
  readonly rows: Readonly<Record<string, readonly (object | readonly [from: number, count: number])[]>>;
}

/** A frame that others are told from. */
export class Reference {
  readonly snapshots: Snapshots;
  readonly #places = new Map<unknown, ReadonlyMap<unknown, number>>();

  constructor(snapshots: Snapshots) {
    this.snapshots = snapshots;
  }

  /** Where each row of a table stands. */
  placesIn(table: readonly unknown[]): ReadonlyMap<unknown, number> {
    let places = this.#places.get(table);
    if (places === undefined) {
      places = new Map(table.map((row, place) => [row, place]));
      this.#places.set(table, places);
    }
    return places;
  }
}

/**
 * One source after the other, each in a turn of its own, so that no key waits for more than one. Rows that are the very
 * same objects in the reference are left out: of a big table most stand still.
 */
export async function pack(snapshots: Snapshots, reference?: Reference): Promise<Packed> {
  const packed = new Map<string, Buffer>();
  for (const [id, snapshot] of Object.entries(snapshots)) {
    await nextTurn();
    packed.set(id, exact(await deflated(JSON.stringify(written(id, snapshot, reference)), { level: LEVEL })));
  }
  return packed;
}

/** What zlib gives is the beginning of 16 KB, all of which would be kept. */
function exact(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

function written(id: string, snapshot: Snapshot<unknown>, reference: Reference | undefined): Written {
  const data = tablesOf(snapshot);
  const known = tablesOf(reference?.snapshots[id]);
  const rows: Record<string, Written["rows"][string]> = {};
  const rest: Record<string, unknown> = { ...data };
  for (const [name, table] of Object.entries(data)) {
    const before = known[name];
    if (reference === undefined || !isTable(table) || !isTable(before)) continue;
    rows[name] = difference(table, reference.placesIn(before));
    delete rest[name];
  }
  return Object.keys(rows).length === 0 ? { snapshot, rows } : { snapshot: { ...snapshot, data: rest }, rows };
}

const tablesOf = (snapshot: Snapshot<unknown> | undefined) => (snapshot?.data ?? {}) as Record<string, unknown>;

function isTable(value: unknown): value is readonly object[] {
  return Array.isArray(value) && value.length >= MANY && typeof value[0] === "object";
}

function difference(table: readonly object[], places: ReadonlyMap<unknown, number>): Written["rows"][string] {
  const out: (object | [number, number])[] = [];
  let run: [from: number, count: number] | undefined;
  for (const row of table) {
    const place = places.get(row);
    if (place === undefined) {
      run = undefined;
      out.push(row);
    } else if (run !== undefined && place === run[0] + run[1]) {
      run[1]++;
    } else {
      run = [place, 1];
      out.push(run);
    }
  }
  return out;
}

/** While somebody waits for it; a few ms. `reference` are the snapshots of the frame that it was told from. */
export function unpack(packed: Packed, reference: Snapshots = {}): Snapshots {
  const snapshots: Record<string, Snapshot<unknown>> = {};
  for (const [id, bytes] of packed) {
    const { snapshot, rows } = JSON.parse(inflateSync(bytes).toString()) as Written;
    const known = tablesOf(reference[id]);
    const tables = Object.entries(rows).map(([name, parts]) => {
      const before = known[name] as readonly object[];
      return [name, parts.flatMap((part) => (isRun(part) ? before.slice(part[0], part[0] + part[1]) : [part]))];
    });
    snapshots[id] =
      tables.length === 0
        ? snapshot
        : { ...snapshot, data: { ...(snapshot.data as object), ...Object.fromEntries(tables) } };
  }
  return snapshots;
}

const isRun = (part: object | readonly [number, number]): part is readonly [number, number] => Array.isArray(part);

export function packedBytes(packed: Packed): number {
  let bytes = 0;
  for (const { byteLength } of packed.values()) bytes += byteLength;
  return bytes;
}
