/** What kind of thing a block device is, from /sys/block. */
import { existsSync, readdirSync } from "node:fs";
import { readNumber } from "./files.ts";

/**
 * - `disk`: has a device behind it.
 * - `stacked`: made of other disks (dm, md, bcache), where the same I/O shows again.
 * - `virtual`: loop, ram, zram, nbd: of interest while it is used.
 * - `removable`: optical and floppy drives: likewise.
 */
export type DiskKind = "disk" | "stacked" | "virtual" | "removable";

const FLOPPY_MAJOR = 2;
const CDROM_MAJOR = 11;

/** Remembers what it has read until {@link refresh}: reading it for each of many disks at every tick would cost more than the counters. */
export class BlockDevices {
  readonly #root: string;
  readonly #kinds = new Map<string, DiskKind | undefined>();

  constructor(root = "") {
    this.#root = root;
  }

  /** Without /sys nobody can tell a disk from a partition. */
  get known(): boolean {
    return existsSync(`${this.#root}/sys/block`);
  }

  /** Undefined for partitions, for paths of a multipath disk that are hidden behind it, and for drives without a medium. */
  kindOf(disk: { readonly disk: string; readonly major: number }): DiskKind | undefined {
    let kind = this.#kinds.get(disk.disk);
    if (kind === undefined && !this.#kinds.has(disk.disk)) {
      kind = this.#read(disk.disk, disk.major);
      this.#kinds.set(disk.disk, kind);
    }
    return kind;
  }

  /** Media come and go. */
  refresh(): void {
    this.#kinds.clear();
  }

  #read(disk: string, major: number): DiskKind | undefined {
    const dir = `${this.#root}/sys/block/${disk.replaceAll("/", "!")}`;
    if (!existsSync(dir) || readNumber(`${dir}/hidden`) === 1 || readNumber(`${dir}/size`) === 0) return undefined;
    if (major === FLOPPY_MAJOR || major === CDROM_MAJOR) return "removable";
    if (hasEntries(`${dir}/slaves`)) return "stacked";
    return existsSync(`${dir}/device`) ? "disk" : "virtual";
  }
}

function hasEntries(dir: string): boolean {
  try {
    return readdirSync(dir).length > 0;
  } catch {
    return false;
  }
}
