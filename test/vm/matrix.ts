/**
 * npm run test:kernels [-- [--rungs] [--readme] [KERNEL…]]: the panes' tests on every kernel (`here` is this machine's
 * own), with --rungs by every kind of hook that the kernel has, not only by the best. Prints a table of kernels and
 * panes, with --readme into the README as well; ends with `N passed, N failed`.
 */
import { spawnSync } from "node:child_process";
import { release } from "node:os";
import { parseArgs } from "node:util";
import { PROBE_KINDS } from "../../src/sources/bpf/plan.ts";
import { boot } from "./boot.ts";
import { KERNELS, type KernelName, SUITES, kernelNamed } from "./kernels.ts";
import type { Outcome } from "./outcome.ts";
import { type Result, intoReadme, tableOf } from "./table.ts";

const HERE = "here";
const MINUTES = 60_000;

const { values, positionals } = parseArgs({
  options: { rungs: { type: "boolean", default: false }, readme: { type: "boolean", default: false } },
  allowPositionals: true,
});
const known = [...KERNELS, HERE] as const;
const unknown = positionals.find((name) => !(known as readonly string[]).includes(name));
if (unknown !== undefined) {
  process.stderr.write(`no kernel ${unknown}; there are ${known.join(", ")}\n`);
  process.exit(2);
}

const results: Result[] = [];
for (const name of known.filter((one) => positionals.length === 0 || positionals.includes(one))) {
  process.stdout.write(`\n=== ${name === HERE ? release() : name}\n`);
  const kinds = ["default", ...(values.rungs ? PROBE_KINDS : [])];
  results.push({ kernel: titleOf(name), outcomes: outcomesIn(await run(name, kinds)) });
}
const all = results.flatMap(({ outcomes }) => outcomes);
process.stdout.write(`\n${tableOf(results)}\n`);
for (const { kernel, outcomes } of results)
  for (const { source, only, failed, why } of outcomes)
    if (failed > 0 || why !== undefined)
      process.stdout.write(`${kernel}: ${source}${only ? ` by ${only}` : ""}: ${why ?? `${failed} failed`}\n`);
if (values.readme) intoReadme(results, known.map(titleOf));
const total = (key: "passed" | "failed") => all.reduce((sum, outcome) => sum + outcome[key], 0);
// A kernel that said nothing at all is a failure of its own.
const silent = results.filter(({ outcomes }) => outcomes.length === 0).length;
process.stdout.write(`\n${total("passed")} passed, ${total("failed") + silent} failed\n`);
process.exitCode = total("failed") + silent > 0 ? 1 : 0;

async function run(name: KernelName | typeof HERE, kinds: readonly string[]): Promise<string> {
  const script = "test/vm/onKernel.ts";
  if (name === HERE) {
    const { stdout } = spawnSync(process.execPath, [script, ...kinds], { encoding: "utf8", maxBuffer: 1 << 26 });
    process.stdout.write(stdout);
    return stdout;
  }
  const command = [process.execPath, script, ...kinds].map((word) => `'${word}'`).join(" ");
  const onOutput = (text: string) => void process.stdout.write(text);
  return (await boot({ kernel: kernelNamed(name), command, timeoutMs: 60 * MINUTES, onOutput })).output;
}

function outcomesIn(output: string): readonly Outcome[] {
  const line = output.split("\n").findLast((text) => text.startsWith("[{"));
  return line === undefined ? [] : (JSON.parse(line) as readonly Outcome[]);
}

function titleOf(name: KernelName | typeof HERE): string {
  return name === HERE ? release().replace(/^(\d+\.\d+).*/, "$1") : `${name} (Debian ${SUITES[name]})`;
}
