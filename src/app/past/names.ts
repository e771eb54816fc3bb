/** What processes were called and when, kept once for all frames instead of with each. */
import { type ProcessName, processKey } from "../../sources/process.ts";

interface Version {
  /** Of the first frame that said so, CLOCK_MONOTONIC in ms. */
  readonly since: number;
  readonly name: ProcessName;
}

interface Known {
  lastSeen: number;
  readonly versions: Version[];
}

/** A name changes at an exec and when its process exits; both are told apart by time. */
export class NamesThen {
  readonly #known = new Map<string, Known>();

  /** Frames come in the order of time. */
  keep(names: readonly ProcessName[], at: number): void {
    for (const name of names) {
      const key = processKey(name);
      const known = this.#known.get(key);
      if (known === undefined) {
        this.#known.set(key, { lastSeen: at, versions: [{ since: at, name }] });
        continue;
      }
      known.lastSeen = at;
      const last = known.versions.at(-1)?.name;
      if (last !== name && !isSame(last, name)) known.versions.push({ since: at, name });
    }
  }

  /** All that were known at an instant. */
  at(instant: number): readonly ProcessName[] {
    const names: ProcessName[] = [];
    for (const { versions } of this.#known.values()) {
      const then = versions.findLast(({ since }) => since <= instant);
      if (then !== undefined) names.push(then.name);
    }
    return names;
  }

  /** Lets go of those that no frame since then has. */
  forget(before: number): void {
    for (const [key, { lastSeen }] of this.#known) if (lastSeen < before) this.#known.delete(key);
  }

  /** Estimated: the texts and what holds them. */
  get bytes(): number {
    let bytes = 0;
    for (const { versions } of this.#known.values()) {
      for (const { name } of versions) bytes += 200 + (name.cmdline?.length ?? 0) + (name.cgroup?.length ?? 0);
    }
    return bytes;
  }
}

function isSame(a: ProcessName | undefined, b: ProcessName): boolean {
  return a?.comm === b.comm && a.cmdline === b.cmdline && a.cgroup === b.cgroup && a.exited === b.exited;
}
