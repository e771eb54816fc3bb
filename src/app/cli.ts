/** The command line: options are data, from which parsing, checking and the help text follow. Pure. */
import { parseArgs } from "node:util";
import { PROBE_KINDS, type ProbeKind } from "../sources/bpf/plan.ts";
import type { AnyPane } from "../panes/pane.ts";
import { nearest } from "./nearest.ts";

/** What the user asked for. */
export type Command =
  | { readonly kind: "help" | "version" | "schema" }
  | { readonly kind: "generate"; readonly what: Generated }
  | { readonly kind: "doctor"; readonly json: boolean; readonly schema: boolean; readonly hooks: ProbeKind | undefined }
  | ({ readonly kind: "screen"; readonly pane: AnyPane | undefined } & FrameOptions)
  | ({ readonly kind: "json"; readonly panes: readonly AnyPane[]; readonly count: number | undefined } & FrameOptions);

/** Where frames come from and go to. */
export interface FrameOptions {
  /** Undefined where the user didn't say: {@link DEFAULT_INTERVAL_MS} live, the recording's own when replayed. */
  readonly intervalMs: number | undefined;
  /** File that gets every frame. */
  readonly record: string | undefined;
  /** Recording to show instead of the running kernel. */
  readonly replay: string | undefined;
  /** The only kind of hook to use, for what can be had by it. */
  readonly hooks: ProbeKind | undefined;
}

export const DEFAULT_INTERVAL_MS = 1000;
const MIN_INTERVAL_S = 0.1;
const MAX_INTERVAL_S = 3600;

/** A command line that can't be meant; its message is one line for the user. */
export class UsageError extends Error {}

export interface Option {
  readonly short?: string;
  /** Name of the value in the help text; an option without one is a switch. Shells complete a FILE. */
  readonly value?: string;
  /** The only values there are; checked, and completed by shells. */
  readonly choices?: readonly string[];
  readonly help: string;
}

/** What `--generate` prints. */
export const GENERATED = ["man", "bash", "zsh", "fish"] as const;
export type Generated = (typeof GENERATED)[number];

/** Every option, in the order of the help text. */
export const OPTIONS = {
  json: { help: "no screen: one JSON object per interval on a line" },
  count: { value: "N", help: "with --json: stop after N lines" },
  interval: {
    value: "SECONDS",
    help: `time between updates, ${MIN_INTERVAL_S} to ${MAX_INTERVAL_S} (default ${DEFAULT_INTERVAL_MS / 1000})`,
  },
  record: { value: "FILE", help: "write everything that is measured to FILE as well" },
  replay: { value: "FILE", help: "show a recording, not this machine; needs no root" },
  hooks: {
    value: "KIND",
    choices: PROBE_KINDS,
    help: "for tests: only hooks of this kind: raw_tp, kprobe, …",
  },
  schema: { help: "print the JSON Schema of the lines of --json" },
  generate: { value: "WHAT", choices: GENERATED, help: "print completions for bash, zsh, fish, or the man page" },
  help: { short: "h", help: "print this" },
  version: { short: "V", help: "print the version" },
} as const satisfies Record<string, Option>;

type OptionName = keyof typeof OPTIONS;
const optionOf = (name: string): Option | undefined =>
  Object.hasOwn(OPTIONS, name) ? OPTIONS[name as OptionName] : undefined;

/** Every option with its name, for whatever is made from them all. */
export const optionEntries: readonly (readonly [name: string, option: Option])[] = Object.entries(OPTIONS);

export const SUMMARY = "Which resource is in trouble, who causes it, and why: top fed by BPF";
export const NEEDS = "Needs Linux 5.10 or later with BTF, and root: sudo bpftop.";

export interface Subcommand {
  /** What may follow it, as in a usage line. */
  readonly args: string;
  readonly help: string;
  /** The options that go with it. */
  readonly options: readonly OptionName[];
}

/** What stands in the place of a pane and does something else. */
export const SUBCOMMANDS = {
  doctor: {
    args: "[--json]",
    help: "what works, what not",
    options: ["json", "schema", "hooks"],
  },
} as const satisfies Record<string, Subcommand>;

/** Every subcommand with its name. */
export const subcommandEntries: readonly (readonly [name: string, subcommand: Subcommand])[] =
  Object.entries(SUBCOMMANDS);

/** The ways to call it: arguments, and what they give. */
export const USAGE: readonly (readonly [args: string, gives: string])[] = [
  ["[PANE]", "the screen; ? for keys"],
  ["--json [--count N] [--interval S] [PANE…]", "for programs"],
  ...subcommandEntries.map(([name, { args, help }]) => [`${name} ${args}`, help] as const),
];

export const EXIT_FAILURE = 1;
export const EXIT_USAGE = 2;

/** What an exit status says. */
export const EXIT_STATUS: readonly (readonly [status: number, says: string])[] = [
  [0, "all is well; also after q, Ctrl-C and SIGTERM"],
  [
    EXIT_FAILURE,
    "it could not start, every pane asked for has failed, or doctor found one not live; it says why and what to do",
  ],
  [EXIT_USAGE, "the command line can't be meant; stderr says what is wrong with it"],
];

/** Throws {@link UsageError}. */
export function parseCommand(argv: readonly string[], panes: readonly AnyPane[]): Command {
  const { values, names } = parse(argv);
  if (values.has("help")) return { kind: "help" };
  if (values.has("version")) return { kind: "version" };
  const subcommand = subcommandEntries.find(([name]) => name === names[0]);
  if (subcommand !== undefined) return doctor(...subcommand, values, names);
  if (values.has("schema")) return { kind: "schema" };
  const what = chosenOf(GENERATED, values.get("generate"));
  if (what !== undefined) return { kind: "generate", what };

  const chosen = names.map((name) => paneNamed(name, panes));
  const frames = {
    intervalMs: interval(values.get("interval")),
    record: values.get("record"),
    replay: values.get("replay"),
    hooks: chosenOf(PROBE_KINDS, values.get("hooks")),
  };
  if (frames.record !== undefined && frames.replay !== undefined)
    throw new UsageError("--record and --replay exclude each other");
  if (values.has("json")) {
    return { kind: "json", panes: chosen.length > 0 ? chosen : panes, count: count(values.get("count")), ...frames };
  }
  if (values.has("count")) throw new UsageError("--count goes with --json");
  if (chosen.length > 1) throw new UsageError("the screen opens on one pane; several go with --json");
  return { kind: "screen", pane: chosen[0], ...frames };
}

function doctor(
  name: string,
  { options }: Subcommand,
  values: ReadonlyMap<string, string>,
  names: readonly string[],
): Command {
  if (names.length > 1) throw new UsageError(`${name} takes no ${JSON.stringify(names[1])}`);
  const other = [...values.keys()].find((option) => !(options as readonly string[]).includes(option));
  if (other !== undefined) throw new UsageError(`--${other} does not go with ${name}`);
  const hooks = chosenOf(PROBE_KINDS, values.get("hooks"));
  return { kind: "doctor", json: values.has("json"), schema: values.has("schema"), hooks };
}

export function helpText(panes: readonly AnyPane[]): string {
  const left = ([name, option]: readonly [string, Option]) =>
    `${option.short === undefined ? "   " : `-${option.short},`} --${name}${option.value === undefined ? "" : ` ${option.value}`}`;
  return `${SUMMARY}.

Usage: ${aligned(USAGE.map(([args, gives]) => [`bpftop ${args}`, gives]))
    .replaceAll("\n", "\n     ")
    .trim()}

Panes:
${aligned(panes.map((pane) => [pane.name, pane.question]))}

Options:
${aligned(optionEntries.map((entry) => [left(entry), entry[1].help]))}

${NEEDS}
`;
}

/** The words and values of a command line, each known to be an option's. */
function parse(argv: readonly string[]): { values: ReadonlyMap<string, string>; names: readonly string[] } {
  const options = Object.fromEntries(
    optionEntries.map(([name, option]) => [
      name,
      {
        type: option.value === undefined ? "boolean" : "string",
        ...(option.short && { short: option.short }),
      } as const,
    ]),
  );
  // Not strict: parseArgs' own messages are several lines of advice for programmers.
  const { tokens, positionals } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = optionOf(token.name);
    if (option === undefined)
      throw new UsageError(`no option ${token.rawName}${hint(token.name, Object.keys(OPTIONS), "--")}`);
    if (option.value === undefined && token.value !== undefined)
      throw new UsageError(`${token.rawName} takes no value`);
    if (option.value !== undefined && !token.value)
      throw new UsageError(`${token.rawName} needs a value: ${token.rawName} ${option.value}`);
    if (option.choices !== undefined && !option.choices.includes(token.value ?? ""))
      throw new UsageError(`${token.rawName} takes ${option.choices.join(", ")}, not ${JSON.stringify(token.value)}`);
    values.set(token.name, token.value ?? "");
  }
  return { values, names: positionals };
}

function paneNamed(name: string, panes: readonly AnyPane[]): AnyPane {
  const pane = panes.find((candidate) => candidate.name === name);
  if (pane !== undefined) return pane;
  const names = [...panes.map((candidate) => candidate.name), ...Object.keys(SUBCOMMANDS)];
  throw new UsageError(`no pane ${JSON.stringify(name)}${hint(name, names, "") || `; there are ${names.join(", ")}`}`);
}

const hint = (word: string, names: readonly string[], prefix: string) => {
  const near = nearest(word, names);
  return near === undefined ? "" : `; did you mean ${prefix}${near}?`;
};

/** The option's value as one of its choices, which it is known to be. */
const chosenOf = <T extends string>(choices: readonly T[], text: string | undefined): T | undefined =>
  choices.find((choice) => choice === text);

function interval(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (!(seconds >= MIN_INTERVAL_S && seconds <= MAX_INTERVAL_S)) {
    throw new UsageError(
      `--interval takes seconds from ${MIN_INTERVAL_S} to ${MAX_INTERVAL_S}, not ${JSON.stringify(text)}`,
    );
  }
  return seconds * 1000;
}

function count(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const n = Number(text);
  if (!Number.isSafeInteger(n) || n < 1)
    throw new UsageError(`--count takes a whole number from 1 on, not ${JSON.stringify(text)}`);
  return n;
}

function aligned(lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...lines.map(([left]) => left.length));
  return lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
