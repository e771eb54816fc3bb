/** `--json`: a line per interval until it is enough. */
import type { AnyPane } from "../../panes/pane.ts";
import type { Feed, Frame } from "../feed.ts";
import { viewOf } from "../view.ts";
import { jsonLine } from "./jsonLine.ts";

export interface JsonStreamOptions {
  readonly feed: Feed;
  readonly panes: readonly AnyPane[];
  /** The sources to attach, before the first frame and as each frame shows what has failed. */
  readonly sources: (frame?: Frame) => ReadonlySet<string>;
  /** Lines to print; undefined is without end. */
  readonly count: number | undefined;
  /** Gets whole lines, each with its newline. */
  readonly write: (line: string) => void;
  /** Ends the stream after the line that is being written. */
  readonly stop: AbortSignal;
}

/**
 * Resolves when count is reached or `stop` is aborted, with the newest frame (undefined where there was none).
 * Each line covers the time from the line before it, so lines added up miss nothing. The feed is left open.
 */
export function streamJson({
  feed,
  panes,
  sources,
  count,
  write,
  stop,
}: JsonStreamOptions): Promise<Frame | undefined> {
  return new Promise((resolve) => {
    let older: Frame | undefined;
    let lines = 0;
    let wanted = sources();
    const finish = () => {
      unsubscribe();
      resolve(older);
    };
    const unsubscribe = feed.subscribe((frame) => {
      const needed = sources(frame);
      if (needed.size > wanted.size) {
        wanted = needed;
        feed.want(wanted);
        // The lines begin when there is something in them.
        if (lines === 0) return;
      }
      if (older !== undefined) {
        write(`${JSON.stringify(jsonLine(viewOf(older, frame), panes))}\n`);
        lines++;
      }
      older = frame;
      if (lines === count) finish();
    });
    stop.addEventListener("abort", finish, { once: true });
    feed.want(wanted);
  });
}
