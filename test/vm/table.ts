/** The table of kernels and panes in the README. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { panes, panesOfProcess } from "../../src/panes/registry.ts";
import { type Outcome, TESTS } from "./outcome.ts";

const README = path.join(import.meta.dirname, "../../README.md");
const PART = /(?<=<!-- kernels -->\n)[\s\S]*?(?=<!-- \/kernels -->)/;

/** A kernel's name for the reader, and what was found on it. */
export interface Result {
  readonly kernel: string;
  readonly outcomes: readonly Outcome[];
}

const STACKS: Readonly<Record<string, string>> = { prof: "on-CPU stacks", offcpu: "off-CPU stacks" };
const columns = Object.keys(TESTS);

/**
 * A row for each kernel, a column for each source, named by its panes; in a cell the kinds of hooks that were chosen, then
 * the others that were tried, and what the tests said by each.
 */
export function tableOf(results: readonly Result[]): string {
  return tableWith(results.map(rowOf));
}

/** Puts the rows of these kernels in the place of theirs in the README, in the order of `kernels`. */
export function intoReadme(results: readonly Result[], kernels: readonly string[]): void {
  const readme = readFileSync(README, "utf8");
  const before = (PART.exec(readme)?.[0] ?? "").split("\n").slice(2).filter(Boolean);
  const rows = new Map([...before, ...results.map(rowOf)].map((row) => [row.split(" | ")[0]?.slice(2), row]));
  const ordered = kernels.flatMap((kernel) => rows.get(kernel) ?? []);
  writeFileSync(
    README,
    readme.replace(PART, () => `${tableWith(ordered)}\n`),
  );
}

function tableWith(rows: readonly string[]): string {
  return [line(["kernel", ...columns.map(heading)]), line(["---", ...columns.map(() => "---")]), ...rows].join("\n");
}

function rowOf({ kernel, outcomes }: Result): string {
  return line([kernel, ...columns.map((source) => cell(outcomes.filter((outcome) => outcome.source === source)))]);
}

const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

function heading(source: string): string {
  const names = [...panes, ...panesOfProcess].filter((pane) => pane.source === source).map(({ name }) => name);
  return STACKS[source] ?? [...new Set(names)].join(", ");
}

function cell([chosen, ...forced]: readonly Outcome[]): string {
  if (chosen === undefined) return "–";
  return [chosen, ...forced].map((outcome) => `${kindsOf(outcome)} ${verdictOf(outcome)}`).join("<br>");
}

function kindsOf({ via }: Outcome): string {
  return [...new Set(via.map((hook) => hook.split(":")[0]))].join("+") || "not live";
}

function verdictOf({ passed, failed }: Outcome): string {
  return failed === 0 ? `✓ ${passed}` : `✗ ${failed} of ${passed + failed}`;
}
