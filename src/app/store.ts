import type { Ask } from "./ask.ts";
import type { Feed, Frame } from "./feed.ts";
import { Past } from "./past/past.ts";
import { type UiState, shownOf } from "./state.ts";
import { type UiEvent, update } from "./update.ts";
import { wantedBy } from "./wanted.ts";

export interface StoreOptions {
  readonly feed: Feed;
  readonly state: UiState;
  /** The screen of a state: finished lines for the terminal. */
  readonly draw: (state: UiState) => readonly string[];
  /** Does what a state asks of the terminal or of files; what comes of it is dispatched as a message. */
  readonly onAsk?: (ask: Ask, state: UiState) => void;
}

/**
 * The state of the screen, its lines, and the feed told what follows from it: which sources are looked at, how
 * often. Lines are made here and not while React renders: there is one change per event, and none where the screen
 * stays the same.
 */
export class Store {
  readonly #feed: Feed;
  readonly #draw: (state: UiState) => readonly string[];
  readonly #onAsk: StoreOptions["onAsk"];
  readonly #past = new Past();
  readonly #listeners = new Set<() => void>();
  #state: UiState;
  #lines: readonly string[];
  #wanted = "";
  #stopFrames: (() => void) | undefined;

  constructor({ feed, state, draw, onAsk }: StoreOptions) {
    this.#onAsk = onAsk;
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
    this.#stopFrames = this.#feed.subscribe((frame) => this.#onFrame(frame));
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
    const { ask } = this.#state;
    if (ask !== undefined) {
      this.#state = { ...this.#state, ask: undefined };
      this.#see(ask);
    }
    // Frozen, a new frame changes nothing that is seen but how long ago it was.
    if (event.kind === "frame" && this.#state.frozen?.stepped === false) return;
    const lines = this.#draw(this.#state);
    if (lines.length === this.#lines.length && lines.every((line, row) => line === this.#lines[row])) return;
    this.#lines = lines;
    for (const listener of this.#listeners) listener();
  }

  #onFrame(frame: Frame): void {
    this.dispatch({ kind: "frame", frame, past: this.#past.extent });
    const view = this.#state.latest?.view;
    this.#past.keep(frame, view?.seconds === undefined ? undefined : view.use);
  }

  #see(ask: Ask): void {
    if (ask.kind !== "leap") {
      this.#onAsk?.(ask, this.#state);
      return;
    }
    const from = shownOf(this.#state)?.view.frame.at;
    const instant = from === undefined ? undefined : this.#past.leap(from, ask.leap);
    this.dispatch({ kind: "instant", instant });
  }

  #want(): void {
    const { sources, focus } = wantedBy(this.#state);
    const wanted = `${[...sources].sort().join(" ")} ${focus?.pid} ${focus?.hz}`;
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#feed.want(sources, focus);
  }
}
