import type { ProcessName } from "../sources/process.ts";
import type { Focus, Snapshot } from "../sources/source.ts";

/** What all sources said at one tick. Plain JSON, so a recording is one frame per line. */
export interface Frame {
  /** CLOCK_MONOTONIC in ms, with fraction. */
  readonly at: number;
  /** Wall clock in ms since the epoch. */
  readonly wallMs: number;
  readonly host: string;
  /** By source id; a source nobody wants is `off`. */
  readonly snapshots: Readonly<Record<string, Snapshot<unknown>>>;
  /** What is known of the processes that appear in the snapshots. */
  readonly names: readonly ProcessName[];
}

/** Where frames come from: the live kernel or a recording. */
export interface Feed {
  /** Called once per tick with the newest frame. Returns the function that ends the subscription. */
  subscribe(onFrame: (frame: Frame) => void): () => void;
  /** The sources someone looks at, and what at; the others are detached. Takes effect at once. */
  want(sources: ReadonlySet<string>, focus?: Focus): void;
  setIntervalMs(intervalMs: number): void;
  /** Detaches everything and ends the timers. */
  close(): void;
}
