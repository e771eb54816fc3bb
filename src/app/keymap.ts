/** The keys as data: input, the footer, the help screen and the README's table all come from {@link BINDINGS}. */

/** What a key can act on. */
export type Where =
  | "use"
  | "table"
  | "histogram"
  | "process"
  | "stacks"
  | "ways"
  | "help"
  | "filter"
  | "command"
  | "note";

export type Action =
  | "up"
  | "down"
  | "left"
  | "right"
  | "pageUp"
  | "pageDown"
  | "first"
  | "last"
  | "previousPane"
  | "nextPane"
  | "pickPane"
  | "enter"
  | "ways"
  | "fill"
  | "back"
  | "sortNext"
  | "sortLeft"
  | "sortRight"
  | "reverse"
  | "filter"
  | "acceptFilter"
  | "clearFilter"
  | "erase"
  | "onCpu"
  | "offCpu"
  | "otherMode"
  | "picture"
  | "callers"
  | "thread"
  | "span"
  | "frequency"
  | "freeze"
  | "stepBack"
  | "stepOn"
  | "minuteBack"
  | "minuteOn"
  | "export"
  | "copy"
  | "command"
  | "mark"
  | "run"
  | "cancel"
  | "complete"
  | "completeBack"
  | "takeCompletion"
  | "slower"
  | "faster"
  | "help"
  | "redraw"
  | "suspend"
  | "quit";

export interface Binding {
  /** Names as {@link keyName} makes them. */
  readonly keys: readonly string[];
  readonly action: Action;
  readonly help: string;
  readonly where: readonly Where[];
  /** A word for the footer; bindings without one are only in the help. */
  readonly hint?: string;
}

const PANES: readonly Where[] = ["use", "table", "histogram", "process"];
const SCROLLS: readonly Where[] = ["use", "table", "histogram", "ways", "help"];
const NOT_TYPING: readonly Where[] = ["use", "table", "histogram", "process", "stacks", "ways", "help"];
const PROMPTS: readonly Where[] = ["command", "note"];
const EVERYWHERE: readonly Where[] = [...NOT_TYPING, "filter", ...PROMPTS];

export const BINDINGS: readonly Binding[] = [
  {
    keys: ["enter"],
    action: "enter",
    help: "go in: a USE row's pane, a pane over the whole screen, a row's process, its stacks",
    where: PANES,
    hint: "in",
  },
  {
    keys: ["enter"],
    action: "enter",
    help: "zoom: the function under the cursor over the whole width; from the list to its callers",
    where: ["stacks"],
    hint: "zoom",
  },
  { keys: ["enter"], action: "enter", help: "go the chosen way", where: ["ways"], hint: "go" },
  {
    keys: ["w"],
    action: "ways",
    help: "all ways down from here, to choose from",
    where: ["use", "table", "histogram", "process", "stacks"],
    hint: "ways",
  },
  { keys: ["esc", "backspace"], action: "back", help: "go out; clears a filter first", where: NOT_TYPING, hint: "out" },
  { keys: ["up", "k"], action: "up", help: "row up", where: SCROLLS },
  { keys: ["down", "j"], action: "down", help: "row down", where: SCROLLS },
  { keys: ["up", "k"], action: "up", help: "to the caller", where: ["stacks"] },
  { keys: ["down", "j"], action: "down", help: "to the heaviest callee", where: ["stacks"] },
  { keys: ["left", "h"], action: "left", help: "to the heavier sibling", where: ["stacks"] },
  { keys: ["right", "l"], action: "right", help: "to the lighter sibling", where: ["stacks"] },
  {
    keys: ["o"],
    action: "otherMode",
    help: "from running (on-CPU) to waiting (off-CPU), and back",
    where: ["stacks"],
    hint: "on/off CPU",
  },
  { keys: ["v"], action: "picture", help: "flame graph, list of functions", where: ["stacks"], hint: "view" },
  {
    keys: ["c"],
    action: "callers",
    help: "callers and callees of the function under the cursor",
    where: ["stacks"],
    hint: "callers",
  },
  { keys: ["t"], action: "thread", help: "all threads, or one after the other", where: ["stacks"], hint: "thread" },
  {
    keys: ["i"],
    action: "span",
    help: "since the screen was opened, or the last interval",
    where: ["stacks"],
    hint: "interval",
  },
  { keys: ["F"], action: "frequency", help: "samples per second: 49, 99, 199, 499, 999, 19", where: ["stacks"] },
  { keys: ["/"], action: "filter", help: "paint the functions with a text", where: ["stacks"], hint: "search" },
  {
    keys: ["c"],
    action: "onCpu",
    help: "where the row's process runs: on-CPU stacks; without a process, the whole machine's",
    where: PANES,
    hint: "on-CPU",
  },
  {
    keys: ["o"],
    action: "offCpu",
    help: "where the row's process waits: off-CPU stacks; without a process, the whole machine's",
    where: PANES,
    hint: "off-CPU",
  },
  { keys: ["pageup"], action: "pageUp", help: "page up", where: SCROLLS },
  { keys: ["pagedown"], action: "pageDown", help: "page down", where: SCROLLS },
  { keys: ["home", "g"], action: "first", help: "first row", where: SCROLLS },
  { keys: ["end", "G"], action: "last", help: "last row", where: SCROLLS },
  { keys: ["tab", "right", "l"], action: "nextPane", help: "next pane", where: PANES, hint: "pane" },
  { keys: ["shift-tab", "left", "h"], action: "previousPane", help: "previous pane", where: PANES },
  {
    keys: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    action: "pickPane",
    help: "pane by its number; 0 is the USE summary",
    where: PANES,
  },
  { keys: ["f"], action: "fill", help: "the pane over the whole screen, and back", where: PANES, hint: "full" },
  {
    keys: ["/"],
    action: "filter",
    help: "show only rows with a text, as it is typed",
    where: ["table"],
    hint: "filter",
  },
  { keys: ["enter", "down", "up"], action: "acceptFilter", help: "keep the filter", where: ["filter"], hint: "keep" },
  { keys: ["esc"], action: "clearFilter", help: "clear the filter", where: ["filter"], hint: "clear" },
  { keys: ["backspace"], action: "erase", help: "take back a character of the filter", where: ["filter"] },
  { keys: ["s"], action: "sortNext", help: "sort by the next column", where: ["table"], hint: "sort" },
  { keys: ["<"], action: "sortLeft", help: "sort by the column to the left", where: ["table"] },
  { keys: [">"], action: "sortRight", help: "sort by the column to the right", where: ["table"] },
  { keys: ["r"], action: "reverse", help: "reverse the order", where: ["table"], hint: "reverse" },
  {
    keys: ["p", "space"],
    action: "freeze",
    help: "freeze the screen, and back to now; measuring goes on",
    where: NOT_TYPING,
    hint: "freeze",
  },
  { keys: ["["], action: "stepBack", help: "back in time by one interval; freezes", where: NOT_TYPING, hint: "back" },
  { keys: ["]"], action: "stepOn", help: "on in time by one interval", where: NOT_TYPING },
  { keys: ["{"], action: "minuteBack", help: "back in time by a minute", where: NOT_TYPING },
  { keys: ["}"], action: "minuteOn", help: "on in time by a minute", where: NOT_TYPING },
  {
    keys: ["e"],
    action: "export",
    help: "write what is on the screen into files: text, and tables as CSV and JSON, stacks as folded text and speedscope",
    where: NOT_TYPING,
    hint: "export",
  },
  { keys: ["y"], action: "copy", help: "copy the screen to the clipboard, through SSH and tmux", where: NOT_TYPING },
  {
    keys: [":"],
    action: "command",
    help: "a command: any pane or action by its name",
    where: NOT_TYPING,
    hint: "command",
  },
  { keys: ["m"], action: "mark", help: "mark this moment, with a note", where: NOT_TYPING },
  { keys: ["enter"], action: "run", help: "run the command, or set the mark", where: PROMPTS },
  { keys: ["esc"], action: "cancel", help: "leave it", where: PROMPTS },
  { keys: ["backspace"], action: "erase", help: "take back a character", where: PROMPTS },
  { keys: ["tab", "down"], action: "complete", help: "the next completion", where: ["command"] },
  { keys: ["shift-tab", "up"], action: "completeBack", help: "the completion before", where: ["command"] },
  { keys: ["right"], action: "takeCompletion", help: "take what is offered", where: ["command"] },
  { keys: ["+", "="], action: "slower", help: "longer interval", where: NOT_TYPING, hint: "slower" },
  { keys: ["-"], action: "faster", help: "shorter interval", where: NOT_TYPING, hint: "faster" },
  { keys: ["?"], action: "help", help: "help for where you stand, and back", where: NOT_TYPING, hint: "help" },
  { keys: ["ctrl-l"], action: "redraw", help: "draw the whole screen again", where: EVERYWHERE },
  { keys: ["ctrl-z"], action: "suspend", help: "stop, as any job; fg comes back", where: EVERYWHERE },
  { keys: ["q"], action: "quit", help: "quit", where: NOT_TYPING, hint: "quit" },
  { keys: ["ctrl-c"], action: "quit", help: "quit, whatever is open", where: EVERYWHERE },
];

/** Bindings that hold on a context, in the order of the list. */
export function bindingsFor(where: Where): readonly Binding[] {
  return BINDINGS.filter((binding) => binding.where.includes(where));
}

export function actionFor(key: string, where: Where): Action | undefined {
  return byWhere.get(where)?.get(key);
}

const byWhere = new Map(
  EVERYWHERE.map((where) => [
    where,
    new Map(bindingsFor(where).flatMap(({ keys, action }) => keys.map((key) => [key, action]))),
  ]),
);

const LABELS: Readonly<Record<string, string>> = {
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
  enter: "Enter",
  esc: "Esc",
  backspace: "Backspace",
  tab: "Tab",
  "shift-tab": "Shift-Tab",
  space: "Space",
  pageup: "PgUp",
  pagedown: "PgDn",
  home: "Home",
  end: "End",
};

/** How a key is called on the screen and in the README. */
export function keyLabel(key: string): string {
  return LABELS[key] ?? key.replace(/^ctrl-(.)$/, (_, letter: string) => `Ctrl-${letter.toUpperCase()}`);
}

/** All keys of a binding, digits as a range. */
export function keysLabel({ keys }: Binding): string {
  if (keys.length === 10) return `${keys[0]}–${keys[9]}`;
  return keys.map(keyLabel).join(" ");
}

/** Whether a binding holds only while something is typed. */
export function isTyping({ where }: Pick<Binding, "where">): boolean {
  return !where.some((one) => NOT_TYPING.includes(one));
}

/** The bindings by where they hold, in the order of the list; titles as in a manual. */
export function keySections(): ReadonlyMap<string, readonly Binding[]> {
  return Map.groupBy(BINDINGS, (binding) => {
    if (isTyping(binding)) return binding.where.includes("filter") ? "While typing a filter" : "While typing a command";
    if (binding.where.length > 1) return "Screens";
    return { stacks: "Stacks", ways: "The list of ways", table: "Tables" }[binding.where[0] as string] ?? "Screens";
  });
}

/** The README's table of keys. */
export function keysMarkdown(): string {
  const code = (binding: Binding) =>
    binding.keys.length === 10 ? "`0`–`9`" : binding.keys.map((key) => `\`${keyLabel(key)}\``).join(" ");
  const rows = BINDINGS.map((binding) => `| ${code(binding)} | ${binding.help}${scope(binding)} |`);
  return ["| key | what it does |", "|---|---|", ...rows].join("\n");
}

function scope({ where }: Binding): string {
  if (isTyping({ where })) return where.includes("filter") ? " (while typing a filter)" : " (while typing a command)";
  return where.length === 1 && where[0] === "table" ? " (tables)" : "";
}
