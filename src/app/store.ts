import { useSources } from "../panes/use/build.ts";
import type { Feed } from "./feed.ts";
import { visiblePanes } from "./nav.ts";
import type { UiState } from "./state.ts";
import { type UiEvent, update, visibleSources } from "./update.ts";

/** The state of the screen, and the feed told what it follows from: which sources are looked at, how often. */
export class Store {
  readonly #feed: Feed;
  readonly #listeners = new Set<() => void>();
  #state: UiState;
  #wanted = "";
  #stopFrames: (() => void) | undefined;

  constructor(feed: Feed, state: UiState) {
    this.#feed = feed;
    this.#state = state;
  }

  readonly get = (): UiState => this.#state;

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
    for (const listener of this.#listeners) listener();
  }

  #want(): void {
    const sources = visibleSources(visiblePanes(this.#state), useSources);
    const wanted = [...sources].sort().join(" ");
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#feed.want(sources);
  }
}
