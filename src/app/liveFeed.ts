import { hostname } from "node:os";
import { monotonicMs } from "../sources/clock.ts";
import { ProcessNames } from "../sources/proc/names.ts";
import { type ProcessId, processKey } from "../sources/process.ts";
import { sources as allSources } from "../sources/registry.ts";
import type { Focus, Snapshot, Source } from "../sources/source.ts";
import type { Feed, Frame } from "./feed.ts";

/** A pane that is paged away and back again within this time finds its source still attached. */
const LINGER_MS = 10_000;
/** Looking up names may not hold up a frame for longer; the rest follows with the next. */
const NAMES_BUDGET_MS = 5;
/** The first window of what is newly looked at is short, so that there are numbers soon. */
const FIRST_WINDOW_MS = 250;

export interface LiveFeedOptions {
  readonly intervalMs: number;
  /** Whether the first window may be shorter than the interval. */
  readonly quickStart: boolean;
}

/** Frames from the running kernel. All sources are read at one tick, and only while somebody wants them. */
export function liveFeed(options: LiveFeedOptions): Feed {
  return new LiveFeed(options);
}

class LiveFeed implements Feed {
  readonly #sources: readonly Source<unknown>[] = allSources;
  readonly #names = new ProcessNames();
  readonly #listeners = new Set<(frame: Frame) => void>();
  readonly #unwanted = new Map<string, NodeJS.Timeout>();
  #intervalMs: number;
  #quickStart: boolean;
  #timer: NodeJS.Timeout | undefined;
  #nextAt = 0;
  #started = false;
  #wanted: ReadonlySet<string> = new Set();
  #focus: Focus | undefined;

  constructor(options: LiveFeedOptions) {
    this.#intervalMs = options.intervalMs;
    this.#quickStart = options.quickStart;
  }

  subscribe(onFrame: (frame: Frame) => void): () => void {
    this.#listeners.add(onFrame);
    return () => this.#listeners.delete(onFrame);
  }

  want(wanted: ReadonlySet<string>, focus?: Focus): void {
    if (focus !== undefined) this.#focusOn(focus);
    // One that has failed is tried again when somebody comes back to it, not whenever something else changes.
    const newly = this.#sources.filter(({ id }) => wanted.has(id) && !this.#wanted.has(id));
    const attaching = newly.map((source) => this.#attach(source));
    for (const source of this.#sources) if (!wanted.has(source.id)) this.#letGo(source);
    const isMore = [...wanted].some((id) => !this.#wanted.has(id));
    this.#wanted = wanted;
    if (!this.#started) {
      this.#started = true;
      void Promise.all(attaching).then(() => this.#start());
    } else if (isMore && this.#quickStart) {
      void Promise.all(attaching).then(() => this.#hurry());
    }
  }

  setIntervalMs(intervalMs: number): void {
    this.#intervalMs = intervalMs;
    if (this.#timer === undefined) return;
    this.#nextAt = Math.min(this.#nextAt, monotonicMs() + intervalMs);
    this.#schedule();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#listeners.clear();
    for (const timer of this.#unwanted.values()) clearTimeout(timer);
    for (const source of this.#sources) source.detach();
  }

  /** Before anything is attached, so that nothing is loaded for what nobody looks at any more. */
  #focusOn(focus: Focus): void {
    const before = this.#focus;
    if (focus.pid === before?.pid && focus.hz === before?.hz) return;
    this.#focus = focus;
    for (const source of this.#sources) void source.focus?.(focus);
  }

  #attach(source: Source<unknown>): Promise<void> {
    clearTimeout(this.#unwanted.get(source.id));
    this.#unwanted.delete(source.id);
    return source.attach();
  }

  #letGo(source: Source<unknown>): void {
    if (this.#unwanted.has(source.id)) return;
    // What was focused was dear: it goes at once.
    if (source.focus !== undefined) {
      source.detach();
      return;
    }
    const timer = setTimeout(() => {
      this.#unwanted.delete(source.id);
      source.detach();
    }, LINGER_MS);
    timer.unref();
    this.#unwanted.set(source.id, timer);
  }

  #start(): void {
    this.#emit();
    this.#nextAt = monotonicMs() + (this.#quickStart ? Math.min(FIRST_WINDOW_MS, this.#intervalMs) : this.#intervalMs);
    this.#schedule();
  }

  /** What somebody has just begun to look at is shown as soon as there is something, not an interval or two later. */
  #hurry(): void {
    if (this.#timer === undefined) return;
    this.#emit();
    this.#nextAt = Math.min(this.#nextAt, monotonicMs() + FIRST_WINDOW_MS);
    this.#schedule();
  }

  /** Ticks keep to their grid; where the machine was too busy for one, it is left out rather than hurried after. */
  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#emit();
        const now = monotonicMs();
        this.#nextAt += this.#intervalMs;
        if (this.#nextAt <= now) this.#nextAt = now + this.#intervalMs;
        this.#schedule();
      },
      Math.max(0, this.#nextAt - monotonicMs()),
    );
  }

  #emit(): void {
    const snapshots: Record<string, Snapshot<unknown>> = {};
    const seen = new Map<string, ProcessId>();
    for (const source of this.#sources) {
      const snapshot = source.read();
      snapshots[source.id] = snapshot;
      if (snapshot.data === undefined) continue;
      for (const process of source.processes?.(snapshot.data) ?? []) seen.set(processKey(process), process);
    }
    const frame: Frame = {
      at: monotonicMs(),
      wallMs: Date.now(),
      host: hostname(),
      snapshots,
      names: this.#names.look([...seen.values()], NAMES_BUDGET_MS),
    };
    for (const listener of this.#listeners) listener(frame);
  }
}
