import type { Feed } from "./feed.ts";
import type { UiState } from "./state.ts";
import { type UiEvent, update } from "./update.ts";
import { wantedBy } from "./wanted.ts";

export interface StoreOptions {
  readonly feed: Feed;
  readonly state: UiState;
  /** The screen of a state: finished lines for the terminal. */
  readonly draw: (state: UiState) => readonly string[];
}

/**
 * The state of the screen, its lines, and the feed told what follows from it: which sources are looked at, how
 * often. Lines are made here and not while React renders: there is one change per event, and none where the screen
 * stays the same.
 */
export class Store {
  readonly #feed: Feed;
  readonly #draw: (state: UiState) => readonly string[];
  readonly #listeners = new Set<() => void>();
  #state: UiState;
  #lines: readonly string[];
  #wanted = "";
  #stopFrames: (() => void) | undefined;

  constructor({ feed, state, draw }: StoreOptions) {
    this.#feed = feed;
    this.#state = state;
    this.#draw = draw;
    this.#lines = draw(state);
  }

  get state(): UiState {
    return this.#state;
  }

  readonly lines = (): readonly string[] => this.#lines;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Frames begin to come. */
  start(): void {
    this.#stopFrames = this.#feed.subscribe((frame) => this.dispatch({ kind: "frame", frame }));
    this.#want();
  }

  stop(): void {
    this.#stopFrames?.();
    this.#listeners.clear();
  }

  dispatch(event: UiEvent): void {
    const before = this.#state;
    this.#state = update(before, event);
    if (this.#state === before) return;
    if (this.#state.intervalMs !== before.intervalMs) this.#feed.setIntervalMs(this.#state.intervalMs);
    this.#want();
    // Frozen, a new frame changes nothing that is seen.
    if (event.kind === "frame" && this.#state.frozen !== undefined) return;
    const lines = this.#draw(this.#state);
    if (lines.length === this.#lines.length && lines.every((line, row) => line === this.#lines[row])) return;
    this.#lines = lines;
    for (const listener of this.#listeners) listener();
  }

  #want(): void {
    const { sources, focus } = wantedBy(this.#state);
    const wanted = `${[...sources].sort().join(" ")} ${focus?.pid} ${focus?.hz}`;
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#feed.want(sources, focus);
  }
}
