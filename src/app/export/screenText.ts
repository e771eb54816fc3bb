/** The screen as plain text. Pure. */
import { clock } from "../ui/header.ts";
import { screenLines } from "../ui/compose.ts";
import type { UiState } from "../state.ts";

/** Without the line of keys; marks of the user's follow it. */
export function screenText(state: UiState, label: string): string {
  const still = { ...state, message: undefined, prompt: undefined };
  const lines = screenLines(still, label)
    .slice(0, -1)
    .map((line) =>
      line
        .map(({ text }) => text)
        .join("")
        .trimEnd(),
    );
  const last = lines.findLastIndex((line) => line !== "");
  const marks = state.marks.map(({ wallMs, note }) => `◆ ${clock(wallMs)} ${note}`);
  return [...lines.slice(0, last + 1), ...marks].map((line) => `${line}\n`).join("");
}
