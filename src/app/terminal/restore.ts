import { writeSync } from "node:fs";
import process from "node:process";

/** Synchronized update off, bracketed paste off, no colours, the normal screen, cursor shown. */
const RESTORE = "\u001b[?2026l\u001b[?2004l\u001b[m\u001b[?1049l\u001b[?25h";

/**
 * Gives the terminal back as it was, whatever has happened. Ink does so when it is left in order; this is for when
 * it is not, and does no harm after. Returns the function that stops minding.
 */
export function restoreOnExit(): () => void {
  process.on("exit", restoreTerminal);
  return () => {
    process.off("exit", restoreTerminal);
  };
}

export function restoreTerminal(): void {
  try {
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    if (process.stdout.isTTY) writeSync(process.stdout.fd, RESTORE);
  } catch {
    // The terminal is gone: nothing to give back, and nobody to tell.
  }
}
