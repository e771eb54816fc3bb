/** `--replay`: frames from a recording instead of the kernel. */
import { type ReadStream, createReadStream, openSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Feed, Frame } from "./feed.ts";

/** Ticks are never exact: a frame this little short of the interval is still the next one. */
const TICK_SLACK = 0.9;

export interface ReplayOptions {
  readonly file: string;
  /** At least this long between two frames: a recording can be shown coarser than it is, not finer. */
  readonly intervalMs: number | undefined;
  /** With the time between frames as it was; otherwise as fast as can be. */
  readonly paced: boolean;
}

export interface ReplayFeed extends Feed {
  /** Resolves after the last frame; rejects in the user's words where a line is no frame. */
  readonly ended: Promise<void>;
}

/** Begins when somebody wants something. Throws where the file can't be opened. */
export function replayFeed(options: ReplayOptions): ReplayFeed {
  return new Replay(options);
}

class Replay implements ReplayFeed {
  readonly ended: Promise<void>;
  readonly #file: string;
  readonly #paced: boolean;
  readonly #input: ReadStream;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<(frame: Frame) => void>();
  readonly #begun = Promise.withResolvers<void>();
  #intervalMs: number;

  constructor({ file, intervalMs, paced }: ReplayOptions) {
    this.#file = file;
    this.#paced = paced;
    this.#intervalMs = intervalMs ?? 0;
    this.#input = createReadStream("", { fd: openSync(file, "r") });
    this.ended = this.#begun.promise.then(() => this.#play());
  }

  subscribe(onFrame: (frame: Frame) => void): () => void {
    this.#listeners.add(onFrame);
    return () => this.#listeners.delete(onFrame);
  }

  want(): void {
    this.#begun.resolve();
  }

  setIntervalMs(intervalMs: number): void {
    this.#intervalMs = intervalMs;
  }

  close(): void {
    this.#closing.abort();
    this.#listeners.clear();
    this.#input.destroy();
  }

  async #play(): Promise<void> {
    let last: Frame | undefined;
    let number = 0;
    for await (const line of createInterface({ input: this.#input })) {
      const frame = frameOf(line, `${this.#file}:${++number}`);
      if (last !== undefined && frame.at - last.at < this.#intervalMs * TICK_SLACK) continue;
      if (this.#paced && last !== undefined && !(await this.#wait(frame.at - last.at))) return;
      if (this.#closing.signal.aborted) return;
      for (const listener of this.#listeners) listener(frame);
      last = frame;
    }
  }

  /** False where the feed was closed meanwhile. */
  #wait(ms: number): Promise<boolean> {
    return sleep(ms, true, { signal: this.#closing.signal }).catch(() => false);
  }
}

function frameOf(line: string, where: string): Frame {
  try {
    const frame: unknown = JSON.parse(line);
    if (isFrame(frame)) return frame;
  } catch {
    // Said below, in the user's words.
  }
  throw new Error(`${where} is no frame of a bpftop recording`);
}

function isFrame(value: unknown): value is Frame {
  if (typeof value !== "object" || value === null) return false;
  const { at, wallMs, host, snapshots, names } = value as Partial<Record<keyof Frame, unknown>>;
  return (
    typeof at === "number" &&
    typeof wallMs === "number" &&
    typeof host === "string" &&
    typeof snapshots === "object" &&
    snapshots !== null &&
    Array.isArray(names)
  );
}
