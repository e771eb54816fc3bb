import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

/** Who may not import whom, and why. Paths are from the root; a package or Node module goes by its name. */
const RULES: readonly { readonly why: string; readonly from: RegExp; readonly to: RegExp }[] = [
  {
    why: "what is measured does not know how it is looked at",
    from: /^src\/sources\//,
    to: /^src\/(panes|app)\/|^(ink|react)/,
  },
  {
    why: "a pane has a window of data and nothing else: no application, no kernel, no files",
    from: /^src\/panes\//,
    to: /^src\/(app|sources\/bpf)\/|^koffi|^node:(fs|net|child_process|http|dgram|worker_threads)/,
  },
  { why: "only src/sources/bpf calls C", from: /^src\/(?!sources\/bpf\/)/, to: /^koffi/ },
  { why: "--json never loads Ink", from: /^src\/app\/outputs\//, to: /\.tsx$|^(ink|react)/ },
];

const IMPORT = /(?:^(?:import|export)\s[^"';]*?from\s+|^import\s+|\bimport\()"([^"]+)"/gm;

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = globSync("src/**/*.{ts,tsx}").sort();
const imports: readonly Import[] = files.flatMap((from) =>
  [...readFileSync(from, "utf8").matchAll(IMPORT)].map(([, specifier = ""]) => ({
    from,
    to: specifier.startsWith(".") ? path.join(path.dirname(from), specifier) : specifier,
  })),
);
const arrow = ({ from, to }: Import) => `${from} → ${to}`;

test("the imports of every file are seen", () => {
  assert.ok(imports.length > files.length);
  const dangling = imports.filter(({ to }) => to.startsWith("src/") && !files.includes(to));
  assert.deepEqual(dangling.map(arrow), []);
});

for (const { why, from, to } of RULES) {
  test(`architecture: ${why}`, () => {
    const wrong = imports.filter((one) => from.test(one.from) && to.test(one.to));
    assert.deepEqual(wrong.map(arrow), []);
  });
}

for (const [kind, shared] of [
  ["panes", "panes/kit"],
  ["sources", "the other folders of src/sources"],
] as const) {
  test(`architecture: of src/${kind}, none imports another; what they share lives in ${shared}`, () => {
    const registered = imports.filter(
      ({ from, to }) => from === `src/${kind}/registry.ts` && /^src\/\w+\/\w+\//.test(to),
    );
    const members = registered.map(({ to }) => to);
    assert.ok(members.length > 0);
    const wrong = imports.filter(({ from, to }) => members.includes(from) && members.includes(to));
    assert.deepEqual(wrong.map(arrow), []);
  });
}

test("architecture: no cycles", () => {
  const importsOf = Map.groupBy(imports, ({ from }) => from);
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, above: readonly string[]) => {
    if (above.includes(file)) cycles.push([...above.slice(above.indexOf(file)), file].join(" → "));
    if (done.has(file)) return;
    done.add(file);
    for (const { to } of importsOf.get(file) ?? []) visit(to, [...above, file]);
  };
  for (const file of files) visit(file, []);
  assert.deepEqual(cycles, []);
});

test("architecture: no orphans", () => {
  const build = readFileSync("scripts/build.mjs", "utf8");
  const modules = files.filter((file) => !file.endsWith(".d.ts"));
  const orphans = modules.filter((file) => !imports.some(({ to }) => to === file) && !build.includes(file));
  assert.deepEqual(orphans, []);
});
