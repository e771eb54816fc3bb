/** The man page, from the same declarations as `--help`, the keys and `--json`: nothing is said twice. Pure. */
import type { AnyPane, Column } from "../../panes/pane.ts";
import { RIGHTS } from "../../sources/proc/rights.ts";
import { EXIT_STATUS, NEEDS, type Option, SUMMARY, USAGE, optionEntries, subcommandEntries } from "../cli.ts";
import { keySections, keysLabel } from "../keymap.ts";
import { PROCESS_FIELDS } from "./jsonLine.ts";

/** What stands in the page's header and footer. */
export interface ManOptions {
  readonly version: string;
  readonly date: Date;
}

/** The variables of the environment that bpftop reads, and what each does. */
export const ENVIRONMENT: readonly (readonly [name: string, does: string])[] = [
  ["NO_COLOR", "any value: no colours; bold, reverse and underlined text instead"],
  ["LC_ALL", "with LC_CTYPE and LANG: where none names UTF-8, the screen is drawn in ASCII"],
  ["XDG_STATE_HOME", "exports are written to bpftop in it"],
  ["BPFTOP_DEBUG", "any value: all that libbpf and the kernel's verifier say, and where an error came from"],
];

const FILES: readonly (readonly [name: string, holds: string])[] = [
  ["/sys/kernel/btf/vmlinux", "the kernel's types; without it no BPF program can be fitted to the kernel"],
  ["~/.local/state/bpftop", "exports, readable by their owner only"],
];

const EXAMPLES: readonly (readonly [command: string, does: string])[] = [
  ["sudo bpftop", "The summary and six panes; Enter leads from trouble to its cause."],
  ["sudo bpftop doctor", "What works on this machine, what does not, and what to do about it."],
  ["sudo bpftop runqlat", "The same, opened on one pane."],
  [
    "sudo bpftop --json --count 3 --interval 5 biotop",
    "Who used the disks in each of three intervals of five seconds.",
  ],
  ["sudo bpftop --record FILE", "The screen, and all that is measured in FILE as well."],
  ["bpftop --replay FILE", "That recording, on any machine and without root."],
];

const neededRights = RIGHTS.filter(({ when }) => when === "always").map(({ name }) => name);

/** bpftop(8) in man(7)'s macros: administration, as its commands need root. */
export function manPage(panes: readonly AnyPane[], { version, date }: ManOptions): string {
  const day = date.toISOString().slice(0, 10);
  return [
    `.TH BPFTOP 8 ${day} "bpftop ${roff(version)}" "System Administration"`,
    section("NAME", `bpftop \\- ${text(decapitalised(SUMMARY))}`),
    section("SYNOPSIS", ...USAGE.flatMap(([args]) => [".PP", `\\fBbpftop\\fR ${synopsis(args)}`]).slice(1)),
    section(
      "DESCRIPTION",
      text(
        "bpftop shows on top which resource of the machine is in trouble (utilization, saturation and errors of CPU, " +
          "memory, disks, network, TCP, file systems and limits), with a verdict in words and its suspects, and below it " +
          "live tools fed by BPF programs. Enter leads from a finding to the process, its threads, files and stacks.",
      ),
      paragraph(
        "Each pane says which hooks its data comes from, since when, and what was lost or can't be seen there.",
      ),
      paragraph("A number that was not measured is shown as – (null in JSON), never as 0."),
      paragraph(NEEDS),
      paragraph(
        `The capabilities ${neededRights.join(" and ")} will do instead of root; more of them show more. ` +
          "Without any, what /proc has is shown. Root gives up all that bpftop has no use for.",
      ),
    ),
    section(
      "COMMANDS",
      text("In the place of a pane:"),
      ...subcommandEntries.map(([name, { args, help }]) => item(`${bold(name)} ${synopsis(args)}`, help)),
    ),
    section("OPTIONS", ...optionEntries.map(([name, option]) => item(optionTag(name, option), option.help))),
    section(
      "PANES",
      text("A PANE is one of the following. Columns: heading on the screen, name in JSON and unit, meaning."),
      text(`In JSON, rows that belong to a process also have its ${PROCESS_FIELDS.join(", ")}.`),
      ...panes.map(paneSubsection),
    ),
    section(
      "KEYS",
      ...[...keySections()].flatMap(([title, bindings]) => [
        subsection(title),
        ...bindings.map((binding) => item(bold(keysLabel(binding)), binding.help)),
      ]),
    ),
    section("EXIT STATUS", ...EXIT_STATUS.map(([status, says]) => item(bold(String(status)), says))),
    section("ENVIRONMENT", ...ENVIRONMENT.map(([name, does]) => item(bold(name), does))),
    section("FILES", ...FILES.map(([name, holds]) => item(`\\fI${roff(name)}\\fR`, holds))),
    section("EXAMPLES", ...EXAMPLES.map(([command, does]) => item(bold(command), does))),
    section("SEE ALSO", ["top(1)", "perf(1)", "bpftool(8)", "bpftrace(8)"].map(reference).join(",\n")),
    "",
  ].join("\n");
}

function paneSubsection(pane: AnyPane): string {
  const question = text(pane.question);
  if (pane.kind === "histogram") {
    return [
      subsection(pane.name),
      question,
      text(`A histogram of ${pane.unit} per ${pane.event}, with median, 99th percentile and maximum.`),
    ].join("\n");
  }
  return [subsection(pane.name), question, ...pane.columns.map(columnItem)].join("\n");
}

function columnItem({ heading, id, unit, perSecond, hidden, help }: Column<unknown>): string {
  const shown = hidden ? "JSON only" : perSecond ? "per second on the screen" : "";
  const about = [unit, shown].filter(Boolean).join("; ");
  return item(`${bold(heading)} (\\fI${roff(id)}\\fR, ${roff(about)})`, help);
}

function optionTag(name: string, { short, value, choices }: Option): string {
  const names = [short && `-${short}`, `--${name}`].filter((one) => one !== undefined);
  const tag = names.map((one) => bold(one as string)).join(", ");
  if (value === undefined) return tag;
  return `${tag} \\fI${roff(value)}\\fR${choices ? ` (${choices.map(bold).join(", ")})` : ""}`;
}

/** Capitals are names of values; the rest is typed as it stands. */
const synopsis = (args: string): string =>
  roff(args)
    .replace(/\b[A-Z]+\b/g, "\\fI$&\\fR")
    .replace(/\\-\\-\w+/g, "\\fB$&\\fR");

const reference = (page: string) => page.replace(/(.+)\((\d)\)/, "\\fB$1\\fR($2)");
const decapitalised = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);

const section = (title: string, ...body: readonly string[]) => `.SH ${title}\n${body.join("\n")}`;
const subsection = (title: string) => `.SS ${roff(title)}`;
const paragraph = (prose: string) => `.PP\n${text(prose)}`;
/** A tag in roff, what it means as plain text. */
const item = (tag: string, meaning: string) => `.TP\n${tag}\n${text(meaning)}`;
const bold = (plain: string) => `\\fB${roff(plain)}\\fR`;

/** Plain text as lines of roff: none longer than mandoc likes, none a request. */
const text = (plain: string) =>
  roff(plain)
    .replace(/([.?!]) (?=[A-Z])/g, "$1\n")
    .replace(/(?=.{80})(.{1,79}) /g, "$1\n")
    .replace(/^[.']/gm, "\\&$&");

/** Plain text within a line of roff: no glyph means anything, or looks like another. */
function roff(plain: string): string {
  return plain
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("^", "\\(ha")
    .replaceAll("~", "\\(ti")
    .replaceAll("`", "\\(ga")
    .replaceAll("'", "\\(aq")
    .replaceAll('"', "\\(dq")
    .replace(/[^\x20-\x7e\n]/gu, (char) => `\\[u${char.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`);
}
