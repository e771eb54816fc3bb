/** Writes the sections of README.md that follow from the code: `npm run readme`. A test holds the README to it. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { helpText } from "../src/app/cli.ts";
import { keysMarkdown } from "../src/app/keymap.ts";
import { panes } from "../src/panes/registry.ts";
import { RIGHTS, type Right } from "../src/sources/proc/rights.ts";

export const README = path.join(import.meta.dirname, "../README.md");

/** By the name of the section: what stands between `<!-- name -->` and `<!-- /name -->`. */
const SECTIONS: Readonly<Record<string, () => string>> = {
  panes: panesMarkdown,
  keys: keysMarkdown,
  rights: rightsMarkdown,
  help: () => `\`\`\`\n$ bpftop --help\n${helpText(panes)}\`\`\``,
};

/** The README with its sections as the code has them now. Throws where a section is missing. */
export function upToDate(readme: string): string {
  return Object.entries(SECTIONS).reduce((text, [name, markdown]) => {
    const section = new RegExp(`(<!-- ${name} -->\n).*?(<!-- /${name} -->)`, "s");
    if (!section.test(text)) throw new Error(`README.md has no section ${name}`);
    return text.replace(section, (_, start: string, end: string) => `${start}${markdown()}\n${end}`);
  }, readme);
}

function panesMarkdown(): string {
  const rows = panes.map((pane) => `| **${pane.name}** | ${pane.question} | ${pane.kind} |`);
  return ["| pane | answers | as |", "|---|---|---|", ...rows].join("\n");
}

function rightsMarkdown(): string {
  const needed: Readonly<Record<Right["when"], string>> = {
    always: "needed",
    detail: "for details",
    somewhere: "on some systems",
    root: "kept by root",
  };
  const rows = RIGHTS.map(({ name, when, why }) => `| ${name} | ${needed[when]} | ${why} |`);
  return ["| capability | | for |", "|---|---|---|", ...rows].join("\n");
}

if (import.meta.main) writeFileSync(README, upToDate(readFileSync(README, "utf8")));
