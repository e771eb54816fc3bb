/** What can be said after `:`. Pure. */
import type { StackMode } from "../../panes/pane.ts";
import { type ProcessName, processKey } from "../../sources/process.ts";
import { processPlace } from "../drill.ts";
import type { Action } from "../keymap.ts";
import { nearest } from "../nearest.ts";
import { push } from "../nav.ts";
import { stacksOf } from "../stacks/place.ts";
import { type Place, type UiState, placeOf, shownOf } from "../state.ts";
import { addMark } from "./marks.ts";

/** What a command comes to: another state, what a key would do, or a word about why not. */
export type Outcome = { readonly state: UiState } | { readonly action: Action } | { readonly problem: string };

export interface Command {
  readonly name: string;
  readonly help: string;
  /** What follows the name. */
  readonly argument: "none" | "process" | "seconds" | "text";
  readonly isOptional?: boolean;
  readonly run: (state: UiState, argument: string) => Outcome;
}

const LEAST_S = 0.1;
const MOST_S = 3600;

/** All panes, then all actions. */
export function commandsOf({ tools }: UiState): readonly Command[] {
  const ofPanes = tools.map(
    (pane): Command => ({
      name: pane.name,
      help: pane.question,
      argument: "none",
      run: (state) => goTo(state, { kind: "pane", pane, from: undefined }),
    }),
  );
  return [...ofPanes, ...ACTIONS];
}

const ACTIONS: readonly Command[] = [
  { name: "overview", help: "the first screen", argument: "none", run: (state) => goTo(state) },
  { name: "use", help: "all resources", argument: "none", run: (state) => goTo(state, { kind: "use" }) },
  stacks("stacks", "on-CPU"),
  stacks("oncpu", "on-CPU"),
  stacks("offcpu", "off-CPU"),
  {
    name: "process",
    help: "everything about a process, by PID or name",
    argument: "process",
    run: (state, argument) => withProcess(state, argument, (process) => goTo(state, processPlace(process))),
  },
  { name: "interval", help: "seconds between updates", argument: "seconds", run: setInterval },
  act("freeze", "freeze the screen, and back to now", "freeze"),
  { name: "now", help: "back to now", argument: "none", run: (state) => ({ state: { ...state, frozen: undefined } }) },
  act("back", "back in time by one interval", "stepBack"),
  act("forth", "on in time by one interval", "stepOn"),
  act("export", "write what is on the screen into files", "export"),
  act("copy", "copy the screen to the clipboard", "copy"),
  {
    name: "mark",
    help: "note down this moment",
    argument: "text",
    isOptional: true,
    run: (state, note) => ({ state: addMark(state, shownOf(state)?.view.frame.wallMs, note) }),
  },
  act("help", "help for where you stand", "help"),
  { name: "quit", help: "quit", argument: "none", run: (state) => ({ state: { ...state, ask: { kind: "quit" } } }) },
];

/** A name may be cut short as long as only one command begins so. */
export function runCommand(state: UiState, text: string): Outcome {
  const [word = "", ...rest] = text.trim().split(/\s+/);
  const argument = rest.join(" ");
  const commands = commandsOf(state);
  const beginning = commands.filter(({ name }) => name.startsWith(word.toLowerCase()));
  const command = beginning.find(({ name }) => name === word.toLowerCase()) ?? beginning[0];
  if (command === undefined || (beginning.length > 1 && command.name !== word.toLowerCase())) {
    return { problem: unknown(word, beginning, commands) };
  }
  if (command.argument === "none" && argument !== "") return { problem: `${command.name} takes nothing after it` };
  if (command.argument !== "none" && !command.isOptional && argument === "") {
    return { problem: `${command.name} what? ${command.help}` };
  }
  return command.run(state, argument);
}

function unknown(word: string, beginning: readonly Command[], commands: readonly Command[]): string {
  if (beginning.length > 1) return `${word} could be ${beginning.map(({ name }) => name).join(", ")}`;
  const near = nearest(
    word,
    commands.map(({ name }) => name),
  );
  const hint = near === undefined ? "Tab after : shows what there is" : `did you mean ${near}?`;
  return `there is no command ${JSON.stringify(word)}; ${hint}`;
}

/** Esc goes from there to the overview: what is said by name does not lie below where one stood. */
function goTo(state: UiState, ...places: readonly Place[]): Outcome {
  return { state: places.reduce(push, { ...state, places: [state.places[0]], focus: 0, filtering: false }) };
}

function act(name: string, help: string, action: Action): Command {
  return { name, help, argument: "none", run: () => ({ action }) };
}

function stacks(name: string, mode: StackMode): Command {
  return {
    name,
    help: `${mode} stacks of a process, or of the whole machine`,
    argument: "process",
    isOptional: true,
    run: (state, argument) =>
      argument === ""
        ? goTo(state, stacksOf(undefined, mode))
        : withProcess(state, argument, (process) => goTo(state, processPlace(process), stacksOf(process, mode))),
  };
}

function setInterval(state: UiState, argument: string): Outcome {
  const seconds = Number(argument);
  if (!(seconds >= LEAST_S && seconds <= MOST_S)) {
    return { problem: `interval takes seconds from ${LEAST_S} to ${MOST_S}, not ${JSON.stringify(argument)}` };
  }
  return { state: { ...state, intervalMs: Math.round(seconds * 1000) } };
}

/** How a process is called in a command. */
export function processArgument({ comm, pid }: ProcessName): string {
  return `${comm}[${pid}]`;
}

/** Those seen up to what is shown; of two that had one PID, the later. Running ones first, then by PID. */
export function processesSeen(state: UiState): readonly ProcessName[] {
  const place = placeOf(state);
  const byPid = new Map<number, ProcessName>();
  for (const name of shownOf(state)?.view.frame.names ?? []) {
    const known = byPid.get(name.pid);
    if (known === undefined || known.startMs < name.startMs) byPid.set(name.pid, name);
  }
  const here = place.kind === "process" || place.kind === "stacks" ? place.process : undefined;
  const isHere = (name: ProcessName) => here !== undefined && processKey(here) === processKey(name);
  return [...byPid.values()].sort(
    (a, b) => Number(isHere(b)) - Number(isHere(a)) || Number(a.exited) - Number(b.exited) || a.pid - b.pid,
  );
}

/** By PID, by name, or by both as `fio[4242]`. */
function withProcess(state: UiState, argument: string, then: (process: ProcessName) => Outcome): Outcome {
  const seen = processesSeen(state);
  const pid = Number(/^(\d+)$|\[(\d+)\]$/.exec(argument)?.slice(1).find(Boolean));
  const byPid = seen.find((process) => process.pid === pid);
  if (byPid !== undefined) return then(byPid);
  if (!Number.isNaN(pid)) return { problem: `process ${pid} has done nothing that was seen, or there is none` };
  const named = seen.filter(({ comm, exited }) => comm.toLowerCase() === argument.toLowerCase() && !exited);
  const [only] = named;
  if (only === undefined) {
    const near = nearest(argument, [...new Set(seen.map(({ comm }) => comm))]);
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    return { problem: `no process ${JSON.stringify(argument)} was seen${hint}` };
  }
  if (named.length === 1) return then(only);
  return { problem: `${named.length} processes are called ${only.comm}: ${some(named.map(({ pid }) => pid))}` };
}

const some = (pids: readonly number[]) => `${pids.slice(0, 8).join(", ")}${pids.length > 8 ? ", …" : ""}`;
