import { readFileSync } from "node:fs";

const MINOR_BITS = 20;

/** The kernel's names of block devices by number (`major << 20 | minor`), from /proc/diskstats. */
export class DiskNames {
  readonly #root: string;
  #names = new Map<number, string>();

  constructor(root = "") {
    this.#root = root;
  }

  /** `vda`; `254:0` where the device is gone. The file is read again when an unknown number comes along. */
  of(dev: number): string {
    let name = this.#names.get(dev);
    if (name === undefined) {
      this.#read();
      name = this.#names.get(dev) ?? `${dev >>> MINOR_BITS}:${dev & ((1 << MINOR_BITS) - 1)}`;
      this.#names.set(dev, name);
    }
    return name;
  }

  #read(): void {
    for (const line of readFileSync(`${this.#root}/proc/diskstats`, "utf8").split("\n")) {
      const [major, minor, name] = line.trim().split(/\s+/);
      if (name !== undefined) this.#names.set((Number(major) << MINOR_BITS) | Number(minor), name);
    }
  }
}
