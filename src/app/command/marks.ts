/** Moments that the user noted down. Pure. */
import type { UiState } from "../state.ts";

/** More than that is no longer notes. */
const MOST_MARKS = 200;

/** In the order of time, whenever they were made. */
export function addMark(state: UiState, wallMs: number | undefined, note: string): UiState {
  if (wallMs === undefined) return { ...state, message: "nothing has been measured yet that could be marked" };
  const marks = [...state.marks, { wallMs, note: note.trim() || "mark" }].sort((a, b) => a.wallMs - b.wallMs);
  const count = marks.length === 1 ? "" : `, ${marks.length} in all`;
  return { ...state, marks: marks.slice(-MOST_MARKS), message: `marked${count}; it shows in history and exports` };
}
