/**
 * npm run test:kernels [-- [--rungs] [--readme] [KERNEL…]]: the panes' tests on every kernel (`here` is this machine's
 * own; `lockdown` is 6.1 locked down), with --rungs by every kind of hook that the kernel has, not only by the best. Prints a table of kernels and
 * panes, with --readme into the README as well; ends with `N passed, N failed`.
 */
import { spawnSync } from "node:child_process";
import { release } from "node:os";
import { parseArgs } from "node:util";
import { PROBE_KINDS } from "../../src/sources/bpf/plan.ts";
import { boot } from "./boot.ts";
import { KERNELS, type KernelName, SUITES, kernelNamed } from "./kernels.ts";
import { type Outcome, type Totals, totalsIn } from "./outcome.ts";
import { type Result, intoReadme, tableOf } from "./table.ts";

const HERE = "here";
const LOCKED = "lockdown";
const MINUTES = 60_000;

const { values, positionals } = parseArgs({
  options: { rungs: { type: "boolean", default: false }, readme: { type: "boolean", default: false } },
  allowPositionals: true,
});
const known = [...KERNELS, HERE] as const;
const unknown = positionals.find((name) => ![...known, LOCKED].includes(name));
if (unknown !== undefined) {
  process.stderr.write(`no kernel ${unknown}; there are ${[...known, LOCKED].join(", ")}\n`);
  process.exit(2);
}
const isWanted = (name: string) => positionals.length === 0 || positionals.includes(name);

const results: Result[] = [];
for (const name of known.filter(isWanted)) {
  process.stdout.write(`\n=== ${name === HERE ? release() : name}\n`);
  const kinds = ["default", ...(values.rungs ? PROBE_KINDS : [])];
  results.push({ kernel: titleOf(name), outcomes: outcomesIn(await run(name, kinds)) });
}
const locked = isWanted(LOCKED) ? await lockedDown() : { passed: 0, failed: 0 };
const all = results.flatMap(({ outcomes }) => outcomes);
process.stdout.write(`\n${tableOf(results)}\n`);
for (const { kernel, outcomes } of results)
  for (const { source, only, failed, why } of outcomes)
    if (failed > 0 || why !== undefined)
      process.stdout.write(`${kernel}: ${source}${only ? ` by ${only}` : ""}: ${why ?? `${failed} failed`}\n`);
if (values.readme) intoReadme(results, known.map(titleOf));
const total = (key: "passed" | "failed") => all.reduce((sum, outcome) => sum + outcome[key], locked[key]);
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
  return inGuest(name, [script, ...kinds]);
}

async function inGuest(name: KernelName, args: readonly string[], append = ""): Promise<string> {
  const command = [process.execPath, ...args].map((word) => `'${word}'`).join(" ");
  const onOutput = (text: string) => void process.stdout.write(text);
  return (await boot({ kernel: kernelNamed(name), command, append, timeoutMs: 60 * MINUTES, onOutput })).output;
}

async function lockedDown(): Promise<Totals> {
  process.stdout.write("\n=== 6.1, locked down\n");
  const args = ["--test", "--test-reporter=./scripts/reporter.mjs", "test/vm/lockdown.ts"];
  return totalsIn(await inGuest("6.1", args, "lockdown=confidentiality"));
}

function outcomesIn(output: string): readonly Outcome[] {
  const line = output.split("\n").findLast((text) => text.startsWith("[{"));
  return line === undefined ? [] : (JSON.parse(line) as readonly Outcome[]);
}

function titleOf(name: KernelName | typeof HERE): string {
  return name === HERE ? release().replace(/^(\d+\.\d+).*/, "$1") : `${name} (Debian ${SUITES[name]})`;
}
