/** What a key asks of the world outside the state: files, the terminal, the past. */
import type { Leap } from "./past/past.ts";

export type Ask =
  | { readonly kind: "leap"; readonly leap: Leap }
  | { readonly kind: "export" }
  | { readonly kind: "copy" }
  | { readonly kind: "quit" };

/** A moment that the user noted down. */
export interface Mark {
  /** Wall clock of the frame that was looked at. */
  readonly wallMs: number;
  readonly note: string;
}

/** What is typed on the last line: a command after `:`, or the note of a mark. */
export interface Prompt {
  readonly kind: "command" | "note";
  readonly text: string;
  /** Wall clock of what was on the screen when it was begun. */
  readonly wallMs: number | undefined;
  /** While Tab goes through the completions: what they complete, and which it is. */
  readonly cycle: { readonly typed: string; readonly index: number } | undefined;
}
