/** Reading maps without clearing them: one system call for many entries, decoded from one buffer. */
import { type Layout, u64 } from "./decode.ts";
import { errorName, libbpf, viewMemory } from "./libbpf.ts";

const PROT_READ = 1;
const MAP_SHARED = 1;
/** A few tables of this size are most of what the process holds besides the JavaScript heap. */
const BATCH = 1024;

export interface Entry<K, V> {
  readonly key: K;
  readonly value: V;
}

/** Values say when they last changed, so that a full map can let go of what is gone. */
interface Dated {
  /** CLOCK_MONOTONIC of the last event, as the program saw it. */
  readonly last_ns: number;
}

/** How full a map gets before entries that no longer change make room. */
const CROWDED = 0.75;

/** A program may still be adding to an entry that it dated before another entry's date was read. */
const SETTLED_NS = 1e9;

/** An entry and the bytes that it was decoded from. */
interface Remembered<K, V> {
  readonly bytes: Buffer;
  entry: Entry<K, V>;
  /** Number of the last read that met it. */
  read: number;
}

/**
 * A hash map, read whole. While it is crowded, entries that did not change between two reads are taken out by the
 * second, which no longer returns them: the first has read their counts, and a new event begins a new entry at zero.
 * Only an event at the very moment of the removal could be lost.
 */
export class HashMap<K, V extends Dated> {
  readonly #fd: number;
  readonly #keepsIdle: boolean;
  readonly #capacity: number;
  readonly #key: Layout<K>;
  readonly #value: Layout<V>;
  readonly #keys: Buffer<ArrayBuffer>;
  readonly #values: Buffer<ArrayBuffer>;
  readonly #keyView: DataView;
  readonly #valueView: DataView;
  readonly #remembered = new Map<string, Remembered<K, V>>();
  #read = 0;
  /** The newest event that the previous read saw. */
  #seenNs = 0;
  #crowded = false;

  /** `keepsIdle`: entries go when the program says so, however long they stand still. */
  constructor(fd: number, capacity: number, key: Layout<K>, value: Layout<V>, keepsIdle = false) {
    this.#keepsIdle = keepsIdle;
    this.#fd = fd;
    this.#capacity = capacity;
    this.#key = key;
    this.#value = value;
    this.#keys = Buffer.from(new ArrayBuffer(BATCH * key.size));
    this.#values = Buffer.from(new ArrayBuffer(BATCH * value.size));
    this.#keyView = new DataView(this.#keys.buffer);
    this.#valueView = new DataView(this.#values.buffer);
  }

  /**
   * All entries. One that is added or removed meanwhile may or may not be among them; one that stays is there once.
   * An entry that did not change since the last read is the very same object: most of a big table stands still, and
   * to see that costs a fraction of decoding it. See {@link unlessSame}.
   */
  entries(): Entry<K, V>[] {
    const entries: Entry<K, V>[] = [];
    const idle: Buffer[] = [];
    let newest = this.#seenNs;
    this.#read++;
    for (const size of this.#batches()) {
      for (let i = 0; i < size; i++) {
        const entry = this.#entry(i);
        const lastNs = entry.value.last_ns;
        if (lastNs > newest) newest = lastNs;
        if (this.#crowded && lastNs < this.#seenNs - SETTLED_NS) idle.push(this.#keyCopy(i));
        else entries.push(entry);
      }
    }
    for (const key of idle) libbpf().remove(this.#fd, key);
    this.#forgetGone(entries.length);
    this.#seenNs = newest;
    this.#crowded = !this.#keepsIdle && entries.length > this.#capacity * CROWDED;
    return entries;
  }

  #keyCopy(i: number): Buffer {
    return Buffer.from(this.#keys.subarray(i * this.#key.size, (i + 1) * this.#key.size));
  }

  /** Of the batch that was just read. */
  #entry(i: number): Entry<K, V> {
    const [key, value, end] = [i * this.#key.size, i * this.#value.size, (i + 1) * this.#value.size];
    const name = this.#keys.toString("latin1", key, key + this.#key.size);
    const known = this.#remembered.get(name);
    if (known === undefined) {
      const entry = { key: this.#key.decode(this.#keyView, key), value: this.#value.decode(this.#valueView, value) };
      this.#remembered.set(name, { bytes: Buffer.from(this.#values.subarray(value, end)), entry, read: this.#read });
      return entry;
    }
    known.read = this.#read;
    if (this.#values.compare(known.bytes, 0, known.bytes.length, value, end) !== 0) {
      this.#values.copy(known.bytes, 0, value, end);
      known.entry = { key: known.entry.key, value: this.#value.decode(this.#valueView, value) };
    }
    return known.entry;
  }

  #forgetGone(present: number): void {
    if (this.#remembered.size === present) return;
    for (const [key, { read }] of this.#remembered) if (read !== this.#read) this.#remembered.delete(key);
  }

  /** Fills the buffers again and again; yields how many entries they hold. */
  *#batches(): Generator<number> {
    const count = new Uint32Array(1);
    // The kernel keeps its place in the walk here: a bucket number, or a key on old kernels.
    const place = new Uint8Array(Math.max(8, this.#key.size));
    for (let first = true; ; first = false) {
      count[0] = BATCH;
      const result = libbpf().lookupBatch(this.#fd, first ? null : place, place, this.#keys, this.#values, count, null);
      const error = result < 0 ? errorName(result) : undefined;
      if (error !== undefined && error !== "ENOENT") throw new Error(`can't read a BPF map: ${error}`);
      yield count[0];
      if (error === "ENOENT") return; // the end of the map; this batch was its last
    }
  }
}

/**
 * `make`, but once for each object: rows made of entries stay the same objects as long as the entries do. A history of
 * readings then holds each state of a row once, and the difference of two readings looks at what changed alone. Only
 * for what depends on nothing but the entry, or from when on `isFinal`.
 */
export function unlessSame<E extends object, R>(
  make: (entry: E) => R,
  isFinal: (row: R) => boolean = () => true,
): (entry: E) => R {
  const made = new WeakMap<E, R>();
  return (entry) => {
    let row = made.get(entry);
    if (row === undefined) {
      row = make(entry);
      if (isFinal(row)) made.set(entry, row);
    }
    return row;
  };
}

/** An array map with one value per CPU. */
export class PerCpuArray<V> {
  readonly #fd: number;
  readonly #value: Layout<V>;
  readonly #stride: number;
  readonly #values: Uint8Array;

  constructor(fd: number, value: Layout<V>) {
    this.#fd = fd;
    this.#value = value;
    this.#stride = Math.ceil(value.size / 8) * 8; // the kernel pads each CPU's value
    this.#values = new Uint8Array(this.#stride * libbpf().possibleCpus());
  }

  /** The value at an index on every possible CPU. */
  perCpu(index: number): V[] {
    const result = libbpf().lookup(this.#fd, new Uint32Array([index]), this.#values);
    if (result < 0) throw new Error(`can't read a BPF map: ${errorName(result)}`);
    const view = new DataView(this.#values.buffer);
    const cpus = this.#values.byteLength / this.#stride;
    return Array.from({ length: cpus }, (_, cpu) => this.#value.decode(view, cpu * this.#stride));
  }
}

/** Numbers from here on are of the second map. */
const IN_MORE_STACKS = 1 << 30;

/** Stacks by number, as `bpf/lib/stacks.h` keeps them. A number stands for one stack as long as the object lives. */
export class StackMap {
  readonly #fd: number;
  readonly #moreFd: number;
  readonly #addresses = new Uint8Array(127 * 8);

  constructor(fd: number, moreFd: number) {
    this.#fd = fd;
    this.#moreFd = moreFd;
  }

  /** The low 48 bits of the addresses, innermost first; empty where there is no such stack. */
  addresses(id: number): readonly number[] {
    if (id < 0) return [];
    const fd = id < IN_MORE_STACKS ? this.#fd : this.#moreFd;
    if (libbpf().lookup(fd, new Uint32Array([id & ~IN_MORE_STACKS]), this.#addresses) < 0) return [];
    const view = new DataView(this.#addresses.buffer);
    const addresses: number[] = [];
    for (let at = 0; at < this.#addresses.byteLength; at += 8) {
      const address = view.getUint32(at, true) + view.getUint16(at + 4, true) * 2 ** 32;
      if (address === 0) break;
      addresses.push(address);
    }
    return addresses;
  }
}

/** Global variables of a loaded object, read from shared memory without a system call. */
export class GlobalVariables {
  readonly #address: bigint;
  readonly #bytes: number;
  readonly #view: DataView;

  constructor(fd: number, bytes: number) {
    const address = libbpf().mmap(null, bytes, PROT_READ, MAP_SHARED, fd, 0);
    if (BigInt(address) === 2n ** 64n - 1n) throw new Error("can't map the variables of a BPF object");
    this.#address = BigInt(address);
    this.#bytes = bytes;
    const memory = viewMemory(this.#address, bytes);
    this.#view = new DataView(memory.buffer, memory.byteOffset, bytes);
  }

  u64(offset: number): number {
    return u64(this.#view, offset);
  }

  /** Unmaps; no read may follow. */
  close(): void {
    libbpf().munmap(this.#address, this.#bytes);
  }
}
