import { readFileSync, statSync } from "node:fs";
import { numberOf } from "./text.ts";

/**
 * A file of /proc or /sys; undefined where it is absent or may not be read.
 * Opened anew each time: all files of a tick together take 0.3 ms, and kept descriptors would save a third of that.
 */
export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Whether a file is there. Not by access(2), which asks for the user's rights and leaves out capabilities. */
export function exists(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** A file that holds one number; undefined where it holds none. */
export function readNumber(file: string): number | undefined {
  return numberOf(readText(file)?.trim());
}
