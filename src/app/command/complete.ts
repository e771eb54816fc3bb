/** What a command could go on as. Pure. */
import type { UiState } from "../state.ts";
import { commandsOf, processArgument, processesSeen } from "./commands.ts";

const MOST = 50;
const INTERVALS = ["0.1", "0.25", "0.5", "1", "2", "5", "10", "30", "60"];

/** Whole texts: what begins as it was typed first, then what has it within. */
export function completions(state: UiState, typed: string): readonly string[] {
  const [, word = "", argument] = /^\s*(\S*)(?:\s+(.*))?$/.exec(typed) ?? [];
  const commands = commandsOf(state);
  if (argument === undefined) {
    const names = commands.map(({ name, argument, isOptional }) =>
      argument === "none" || isOptional ? name : `${name} `,
    );
    return matching(names, word);
  }
  const command = commands.find(({ name }) => name === word.toLowerCase());
  if (command?.argument === "process") {
    return matching(processesSeen(state).map(processArgument), argument).map((name) => `${command.name} ${name}`);
  }
  return command?.argument === "seconds"
    ? matching(INTERVALS, argument).map((seconds) => `${command.name} ${seconds}`)
    : [];
}

function matching(candidates: readonly string[], typed: string): readonly string[] {
  const needle = typed.toLowerCase();
  const places = candidates.map((candidate) => ({ candidate, at: candidate.toLowerCase().indexOf(needle) }));
  const begin = places.filter(({ at }) => at === 0);
  const within = places.filter(({ at }) => at > 0);
  return [...begin, ...within].slice(0, MOST).map(({ candidate }) => candidate);
}
