/** The line on which a command or a note is typed. Pure. */
import { type Line, fitLine, lineWidth, span } from "../../panes/kit/line.ts";
import type { Prompt } from "../ask.ts";
import type { Action } from "../keymap.ts";
import { type UiState, shownOf } from "../state.ts";
import { clock } from "../ui/header.ts";
import { type Outcome, runCommand } from "./commands.ts";
import { completions } from "./complete.ts";
import { addMark } from "./marks.ts";

/** Longest that is typed: more is a mistake, such as a paste. */
const MOST = 200;

export function openPrompt(state: UiState, kind: Prompt["kind"]): UiState {
  // The moment is that of the key, however long the note takes to write.
  const wallMs = shownOf(state)?.view.frame.wallMs;
  return { ...state, prompt: { kind, text: "", wallMs, cycle: undefined } };
}

export function typeIntoPrompt(state: UiState, text: string): UiState {
  return edited(state, (before) => (before + text.replace(/\s+/g, " ")).slice(0, MOST));
}

/** What a key does while something is typed; where it is the end of it, what comes of it. */
export function actOnPrompt(state: UiState, prompt: Prompt, action: Action): Outcome {
  const closed = { ...state, prompt: undefined };
  switch (action) {
    case "run":
      if (prompt.kind === "note") return { state: addMark(closed, prompt.wallMs, prompt.text) };
      return prompt.text.trim() === "" ? { state: closed } : runCommand(closed, prompt.text);
    case "cancel":
      return { state: closed };
    case "erase":
      if (prompt.text === "") return { state: closed };
      return { state: edited(state, (text) => [...text].slice(0, -1).join("")) };
    case "complete":
      return { state: cycled(state, prompt, 1) };
    case "completeBack":
      return { state: cycled(state, prompt, -1) };
    case "takeCompletion":
      // What Tab has put there is taken as it is.
      return { state: edited(state, (text) => (prompt.cycle === undefined && offered(state, prompt)[0]) || text) };
    default:
      return { state };
  }
}

function edited(state: UiState, edit: (text: string) => string): UiState {
  const { prompt } = state;
  return prompt === undefined ? state : { ...state, prompt: { ...prompt, text: edit(prompt.text), cycle: undefined } };
}

function cycled(state: UiState, prompt: Prompt, by: 1 | -1): UiState {
  const typed = prompt.cycle?.typed ?? prompt.text;
  const all = prompt.kind === "command" ? completions(state, typed) : [];
  const before = prompt.cycle?.index ?? (by > 0 ? -1 : 0);
  const index = (before + by + all.length) % all.length;
  const text = all[index];
  return text === undefined ? state : { ...state, prompt: { ...prompt, text, cycle: { typed, index } } };
}

/** What the text could go on as, the text itself left out. */
function offered(state: UiState, { kind, text }: Prompt): readonly string[] {
  return kind === "command" ? completions(state, text).filter((one) => one.trim() !== text.trim()) : [];
}

/** The text, what the right arrow would add to it, and what Tab goes through. */
export function promptLine(state: UiState, prompt: Prompt): Line {
  const { columns } = state.size;
  const { kind, text, wallMs, cycle } = prompt;
  const name = kind === "command" ? ":" : `mark ${wallMs === undefined ? "" : clock(wallMs)} `;
  const [first, ...others] = offered(state, prompt);
  const goesOn = first?.toLowerCase().startsWith(text.toLowerCase()) ? first.slice(text.length) : undefined;
  const ghost = cycle === undefined ? (goesOn ?? "") : "";
  const typed: Line = [span(name, "key"), span(text), span(" ", "selected"), span(ghost, "dim")];
  const around = cycle === undefined ? undefined : completions(state, cycle.typed);
  const list =
    around === undefined
      ? goesOn === undefined && first !== undefined
        ? [first, ...others]
        : others
      : around.slice((cycle?.index ?? 0) + 1);
  const room = columns - lineWidth(typed) - 3;
  const hint = kind === "note" ? "Enter sets it, Esc does not" : list.join("  ");
  return fitLine(room < 8 ? typed : [...typed, span("   "), span(hint, "dim")], columns);
}
