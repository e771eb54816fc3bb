import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { EXIT_STATUS, OPTIONS, subcommandEntries } from "../../src/app/cli.ts";
import { BINDINGS, keysLabel } from "../../src/app/keymap.ts";
import { ENVIRONMENT, manPage } from "../../src/app/outputs/man.ts";
import { panes } from "../../src/panes/registry.ts";

const page = manPage(panes, { version: "1.2.3", date: new Date("2026-11-24T12:00:00Z") });

function run(command: string, args: readonly string[], env = process.env) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { input: page, encoding: "utf8", env });
  assert.ifError(error);
  return { status, stdout, stderr };
}

/** As a reader sees it, on lines that never end. */
const rendered = run("groff", ["-man", "-Tutf8", "-P-c", "-P-bou", "-rLL=9999n", "-rHY=0"]).stdout.replace(/\s+/g, " ");

for (const [command, ...args] of [
  ["groff", "-man", "-ww", "-Tutf8", "-z"],
  ["mandoc", "-T", "lint"],
  ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", "-"],
] as const) {
  test(`the man page is sound, says ${command}`, () => {
    const { status, stdout, stderr } = run(command, args, { ...process.env, LC_ALL: "C.UTF-8", MANWIDTH: "80" });
    assert.deepEqual([status, stderr, command === "mandoc" ? stdout : ""], [0, "", ""]);
  });
}

test("the man page has its section, date and version", () => {
  assert.match(rendered, /^BPFTOP\(8\) System Administration BPFTOP\(8\) NAME bpftop - which /);
  assert.match(rendered, /bpftop 1\.2\.3 2026-11-24 BPFTOP\(8\) $/);
});

test("the man page says what is declared: options, panes, columns, keys, exit statuses", () => {
  const said = [
    ...Object.entries(OPTIONS).flatMap(([name, { help }]) => [`--${name}`, help]),
    ...subcommandEntries.map(([name, { args, help }]) => `${name} ${args} ${help}`),
    ...panes.flatMap((pane) => [
      `${pane.name} ${pane.question}`,
      ...(pane.kind === "table" ? pane.columns.map(({ heading, id }) => `${heading} (${id}, `) : []),
      ...(pane.kind === "table" ? pane.columns.map(({ help }) => help) : []),
    ]),
    ...BINDINGS.map((binding) => `${keysLabel(binding)} ${binding.help}`),
    ...EXIT_STATUS.map(([status, says]) => `${status} ${says}`),
  ];
  assert.deepEqual(
    said.filter((one) => !rendered.includes(one)),
    [],
  );
});

test("the variables in the man page are those that the sources read", () => {
  const sources = globSync("src/**/*.{ts,tsx}")
    .filter((file) => !file.endsWith("man.ts"))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  for (const [name] of ENVIRONMENT) assert.ok(sources.includes(`env["${name}"]`), name);
});

test("text that looks like roff stays text", () => {
  const [pane] = panes;
  assert.ok(pane);
  const question = ".so /etc/passwd 'tis \\fBnot\\fR a -request-? .B neither";
  const { stdout, stderr } = spawnSync("groff", ["-man", "-ww", "-Tutf8", "-P-c", "-P-bou"], {
    input: manPage([{ ...pane, question }], { version: "1", date: new Date(0) }),
    encoding: "utf8",
  });
  assert.equal(stderr, "");
  assert.ok(stdout.replace(/\s+/g, " ").includes(question), stdout);
});
