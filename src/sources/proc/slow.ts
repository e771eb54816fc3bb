/** What changes seldom or may take long to read: asked for in the background, with the last answer at hand. */
import { monotonicMs } from "../clock.ts";
import type { ProcData } from "./data.ts";
import { Filesystems } from "./filesystems.ts";
import { readHardware } from "./hardware.ts";
import { type Scarce, readHogs } from "./hogs.ts";
import { readLinks } from "./links.ts";
import { fillableMounts, parseMounts } from "./mounts.ts";
import { readText } from "./files.ts";

const REFRESH_MS = 10_000;
const HOGS_REFRESH_MS = 2000;

type SlowPart = Pick<ProcData, "links" | "filesystems" | "hardware">;

export class SlowFiles {
  readonly #root: string;
  readonly #filesystems: Filesystems;
  readonly #hogs: { [S in Scarce]?: Awaited<ReturnType<typeof readHogs>> } = {};
  /** When what was last begun, CLOCK_MONOTONIC in ms. */
  readonly #begun = new Map<string, number>();
  readonly #underWay = new Set<string>();
  #last: SlowPart = { links: undefined, filesystems: undefined, hardware: undefined };

  constructor(root = "") {
    this.#root = root;
    this.#filesystems = new Filesystems(root);
  }

  get last(): SlowPart {
    return this.#last;
  }

  get hogs(): ProcData["hogs"] {
    return { ...this.#hogs };
  }

  /** Filesystems that do not answer. */
  get hanging(): readonly string[] {
    return this.#filesystems.hanging;
  }

  /** Starts a new round when the last is old enough; its end, or undefined where it was too early for one. */
  refresh(): Promise<void> | undefined {
    return this.#begin("slow", REFRESH_MS, () => this.#readAll());
  }

  /** Keeps an eye on those who hold what is scarce; forgets them when it no longer is. */
  watch(scarce: ReadonlySet<Scarce>): void {
    for (const what of ["memory", "tasks", "files"] as const) {
      if (!scarce.has(what)) delete this.#hogs[what];
      else
        void this.#begin(what, HOGS_REFRESH_MS, async () => {
          this.#hogs[what] = await readHogs(what, this.#root);
        });
    }
  }

  async #readAll(): Promise<void> {
    const mounts = readText(`${this.#root}/proc/self/mountinfo`);
    // Each as soon as it is there: one disk that hangs must not keep the others back.
    await Promise.all([
      readLinks(this.#root).then((links) => this.#keep({ links })),
      readHardware(this.#root).then((hardware) => this.#keep({ hardware })),
      mounts === undefined
        ? this.#keep({ filesystems: undefined })
        : this.#filesystems
            .read(fillableMounts(parseMounts(mounts)))
            .then((filesystems) => this.#keep({ filesystems })),
    ]);
  }

  #keep(part: Partial<SlowPart>): void {
    this.#last = { ...this.#last, ...part };
  }

  #begin(what: string, everyMs: number, read: () => Promise<void>): Promise<void> | undefined {
    const now = monotonicMs();
    if (this.#underWay.has(what) || now - (this.#begun.get(what) ?? -Infinity) < everyMs) return undefined;
    this.#begun.set(what, now);
    this.#underWay.add(what);
    return read().finally(() => this.#underWay.delete(what));
  }
}
