/** `--record`: every frame as a line of JSON. Any run of lines of a recording is a recording. */
import { createWriteStream, openSync } from "node:fs";
import type { Feed } from "../feed.ts";

/** Frames waiting for a slow disk; beyond this, frames are left out. Counts are cumulative, so that costs detail, not events. */
const MAX_WAITING_BYTES = 64 << 20;

/**
 * The same feed, which also records all of `sources` for as long as it is open. Throws where the file can't be
 * written; `onError` hears of what happens to it later, and the feed goes on without it.
 */
export function recordingFeed(
  feed: Feed,
  file: string,
  sources: ReadonlySet<string>,
  onError: (error: Error) => void,
): Feed {
  // Command lines and file names are nobody else's business.
  const out = createWriteStream("", { fd: openSync(file, "w", 0o600) });
  const unsubscribe = feed.subscribe((frame) => {
    if (out.writable && out.writableLength < MAX_WAITING_BYTES) out.write(`${JSON.stringify(frame)}\n`);
  });
  out.on("error", onError);
  return {
    subscribe: (onFrame) => feed.subscribe(onFrame),
    want: (wanted, focus) => feed.want(new Set([...wanted, ...sources]), focus),
    setIntervalMs: (intervalMs) => feed.setIntervalMs(intervalMs),
    close() {
      unsubscribe();
      feed.close();
      out.end();
    },
  };
}
