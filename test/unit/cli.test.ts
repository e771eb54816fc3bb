import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { OPTIONS, UsageError, helpText, parseCommand } from "../../src/app/cli.ts";
import { panes } from "../../src/panes/registry.ts";

const parse = (...argv: string[]) => parseCommand(argv, panes);
const names = panes.map((pane) => pane.name);

test("no arguments open the screen, a pane's name opens it there", () => {
  const bare = parse();
  assert.ok(bare.kind === "screen");
  assert.equal(bare.pane, undefined);
  assert.equal(bare.intervalMs, undefined);
  for (const pane of panes) {
    const command = parse(pane.name);
    assert.ok(command.kind === "screen");
    assert.equal(command.pane, pane);
  }
});

test("--json takes every pane, or those named, in the order named", () => {
  const all = parse("--json");
  assert.ok(all.kind === "json");
  assert.deepEqual(all.panes, panes);
  const two = parse("softirqs", "--json", "--count", "3", "--interval=0.5", "runqlat");
  assert.ok(two.kind === "json");
  assert.deepEqual(
    two.panes.map((pane) => pane.name),
    ["softirqs", "runqlat"],
  );
  assert.equal(two.count, 3);
  assert.equal(two.intervalMs, 500);
});

test("doctor stands in the place of a pane, and takes options of its own", () => {
  assert.deepEqual(parse("doctor"), { kind: "doctor", json: false, schema: false, hooks: undefined });
  assert.deepEqual(parse("--json", "doctor", "--hooks", "raw_tp"), {
    kind: "doctor",
    json: true,
    schema: false,
    hooks: "raw_tp",
  });
  const schema = parse("doctor", "--schema");
  assert.ok(schema.kind === "doctor" && schema.schema);
  assert.equal(parse("doctor", "--help").kind, "help");
});

test("--help, --version and --schema win over the rest", () => {
  assert.equal(parse("biotop", "-h").kind, "help");
  assert.equal(parse("--json", "--version").kind, "version");
  assert.equal(parse("-V").kind, "version");
  assert.equal(parse("--schema").kind, "schema");
  assert.deepEqual(parse("--generate", "zsh"), { kind: "generate", what: "zsh" });
});

for (const [argv, message] of [
  [["--jsno"], /^no option --jsno; did you mean --json\?$/],
  [["-x"], /^no option -x$/],
  [["--json=yes"], /^--json takes no value$/],
  [["--interval"], /^--interval needs a value: --interval SECONDS$/],
  [["--interval", "0"], /^--interval takes seconds from 0.1 to 3600, not "0"$/],
  [["--interval", "fast"], /not "fast"$/],
  [["--generate", "csh"], /^--generate takes man, bash, zsh, fish, not "csh"$/],
  [["--json", "--count", "1.5"], /^--count takes a whole number from 1 on, not "1.5"$/],
  [["--json", "--count", "0"], /not "0"$/],
  [["--count", "3"], /^--count goes with --json$/],
  [["bitop"], /^no pane "bitop"; did you mean biotop\?$/],
  [["nonesuch"], new RegExp(`^no pane "nonesuch"; there are ${names.join(", ")}, doctor$`)],
  [["a\u001b[2Jb"], /^no pane "a\\u001b\[2Jb"/],
  [["doctor", "biotop"], /^doctor takes no "biotop"$/],
  [["doctor", "--count", "1"], /^--count does not go with doctor$/],
  [["doctr"], /^no pane "doctr"; did you mean doctor\?$/],
  [["biotop", "runqlat"], /several go with --json$/],
  [["--record", "a", "--replay", "b"], /exclude each other$/],
] as const) {
  test(`refused in one line: ${JSON.stringify(argv)}`, () => {
    assert.throws(
      () => parse(...argv),
      (error) => error instanceof UsageError && message.test(error.message) && !error.message.includes("\n"),
    );
  });
}

test("the help text names every option and every pane with its question", () => {
  const help = helpText(panes);
  for (const [name, { help: line }] of Object.entries(OPTIONS))
    assert.ok(help.includes(`--${name}`) && help.includes(line));
  for (const { name, question } of panes) assert.ok(help.includes(name) && help.includes(question));
  for (const line of help.split("\n")) assert.ok(line.length <= 80, `${line.length} columns: ${line}`);
});

function bpftop(...args: string[]) {
  return spawnSync("bin/bpftop", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

test("the program: what goes where, and the exit status", () => {
  const help = bpftop("--help");
  assert.deepEqual([help.status, help.stdout, help.stderr], [0, helpText(panes), ""]);
  assert.match(bpftop("--version").stdout, /^bpftop \d+\.\d+\.\d+\n$/);

  const wrong = bpftop("--jsno");
  assert.deepEqual([wrong.status, wrong.stdout], [2, ""]);
  assert.match(wrong.stderr, /^bpftop: [^\n]+\n$/);
});

test("without a terminal the screen says so and points to --json", () => {
  const { status, stdout, stderr } = bpftop();
  assert.deepEqual([status, stdout], [1, ""]);
  assert.match(stderr, /^bpftop: [^\n]*--json\n$/);
});
