/** How full filesystems are: statfs(2), and the errors that ext4 has found in itself. */
import { readFile, statfs } from "node:fs/promises";
import path from "node:path";
import type { Mount } from "./mounts.ts";
import { numberOf } from "./text.ts";

/** Levels when it was last asked. */
export interface Filesystem {
  /** Where it is mounted; hostile text until painted. */
  readonly mount: string;
  readonly type: string;
  readonly totalBytes: number;
  /** Free, including what is kept back for root. */
  readonly freeBytes: number;
  /** Free for everybody. */
  readonly availableBytes: number;
  /** Undefined where the filesystem makes inodes as it needs them (btrfs, vfat). */
  readonly inodes: number | undefined;
  readonly freeInodes: number | undefined;
  /** Errors found in the filesystem itself since it was last checked by fsck; ext4 only. */
  readonly errors: number | undefined;
}

/** A disk that does not answer within this time is left alone until it does. */
const PATIENCE_MS = 1000;
/** Each one that hangs holds a thread of the pool, of which there are four. */
const MOST_HANGING = 2;

/** Asks one filesystem after the other, never twice at a time, and never waits long for one. */
export class Filesystems {
  readonly #root: string;
  readonly #asking = new Set<string>();
  readonly #hanging = new Set<string>();
  readonly #last = new Map<string, Filesystem>();

  constructor(root = "") {
    this.#root = root;
  }

  /** Those asked for, with the last known levels of one that does not answer. */
  async read(mounts: readonly Mount[]): Promise<readonly Filesystem[]> {
    for (const mount of mounts) {
      if (this.#asking.has(mount.path) || this.#hanging.size >= MOST_HANGING) continue;
      this.#asking.add(mount.path);
      const answer = this.#ask(mount).then(() => {
        this.#asking.delete(mount.path);
        this.#hanging.delete(mount.path);
        return "answered";
      });
      if ((await Promise.race([answer, patience()])) !== "answered") this.#hanging.add(mount.path);
    }
    return mounts.flatMap((mount) => this.#last.get(mount.path) ?? []);
  }

  /** The mount points that do not answer. */
  get hanging(): readonly string[] {
    return [...this.#hanging];
  }

  async #ask(mount: Mount): Promise<void> {
    try {
      const levels = await statfs(`${this.#root}${mount.path}`);
      // A filesystem without blocks (some tmpfs, an empty overlay) has no limit to come near.
      if (levels.blocks === 0) return;
      this.#last.set(mount.path, {
        mount: mount.path,
        type: mount.type,
        totalBytes: levels.blocks * levels.bsize,
        freeBytes: levels.bfree * levels.bsize,
        availableBytes: levels.bavail * levels.bsize,
        inodes: levels.files > 0 ? levels.files : undefined,
        freeInodes: levels.files > 0 ? levels.ffree : undefined,
        errors: await this.#errors(mount),
      });
    } catch {
      this.#last.delete(mount.path);
    }
  }

  async #errors(mount: Mount): Promise<number | undefined> {
    if (mount.type !== "ext4") return undefined;
    const file = `${this.#root}/sys/fs/ext4/${path.basename(mount.source)}/errors_count`;
    return numberOf((await readFile(file, "utf8").catch(() => undefined))?.trim());
  }
}

function patience(): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref());
}
