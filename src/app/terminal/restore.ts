import { writeSync } from "node:fs";
import process from "node:process";

/** Synchronized update off, bracketed paste off, no colours, all erased, the normal screen, cursor shown. */
const RESTORE = "\u001b[?2026l\u001b[?2004l\u001b[m\u001b[H\u001b[J\u001b[?1049l\u001b[?25h";

/**
 * Gives the terminal back as it was. Ink does so when it is left in order; this is for when it is not, so it is
 * done only while `isOnScreen`: leaving the alternate screen twice restores an old cursor.
 */
export function restoreTerminal(isOnScreen: boolean): void {
  try {
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    if (isOnScreen) writeSync(process.stdout.fd, RESTORE);
  } catch {
    // The terminal is gone: nothing to give back, and nobody to tell.
  }
}

/** The same when the process ends for whatever reason. Returns the function that stops minding. */
export function restoreOnExit(isOnScreen: () => boolean): () => void {
  const restore = () => restoreTerminal(isOnScreen());
  process.on("exit", restore);
  return () => {
    process.off("exit", restore);
  };
}
