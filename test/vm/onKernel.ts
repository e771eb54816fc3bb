/**
 * What is run on each kernel: every source by every kind of hook it can use there, and the tests of its panes by each.
 * Prints the tests' own words, and as its last line a JSON array of {@link Outcome}s.
 * Usage: node test/vm/onKernel.ts [default] [raw_tp] [kprobe] …
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import type { ProbeKind } from "../../src/sources/bpf/plan.ts";
import { sources } from "../../src/sources/registry.ts";
import { type Source, type SourceState, coverageOf } from "../../src/sources/source.ts";
import { type Outcome, TESTS, type Totals, totalsIn } from "./outcome.ts";

const ROOT = path.join(import.meta.dirname, "../..");

const { positionals } = parseArgs({ allowPositionals: true });
const outcomes: Outcome[] = [];
const chosen = new Map<string, SourceState["kind"]>();
for (const asked of positionals.length > 0 ? positionals : ["default"]) {
  const only = asked === "default" ? undefined : (asked as ProbeKind);
  for (const source of sources) {
    const test = TESTS[source.id];
    if (test === undefined) continue;
    const state = await tried(source, only);
    const via = coverageOf(state)?.via ?? [];
    if (only === undefined) chosen.set(source.id, state.kind);
    // What is forced may be refused here, where something else would have been had.
    else if (chosen.has(source.id) && state.kind !== chosen.get(source.id)) continue;
    const isNew = outcomes.every((one) => one.source !== source.id || one.via.join() !== via.join());
    if (only !== undefined && !(isNew && via.some((hook) => hook.startsWith(`${only}:`)))) continue;
    process.stdout.write(`\n${source.id} by ${via.join(" ") || state.kind}\n`);
    outcomes.push({ source: source.id, only, via, why: whyNot(state), ...verdict(only, ...test) });
  }
}
process.stdout.write(`${JSON.stringify(outcomes)}\n`);

async function tried(source: Source<unknown>, only: ProbeKind | undefined): Promise<SourceState> {
  if (only === undefined) delete process.env["BPFTOP_HOOKS"];
  else process.env["BPFTOP_HOOKS"] = only;
  await source.focus?.({ pid: process.pid, hz: 99 });
  await source.attach();
  const { state } = source.read();
  source.detach();
  return state;
}

function whyNot(state: SourceState): string | undefined {
  if (state.kind === "failed") return state.why;
  return state.kind === "degraded" ? `without ${state.missing.join(", ")}` : undefined;
}

function verdict(only: ProbeKind | undefined, file: string, names?: string): Totals {
  const args = ["--test", "--test-reporter=./scripts/reporter.mjs", `test/kernel/${file}.test.ts`];
  if (names !== undefined) args.splice(1, 0, `--test-name-pattern=${names}`);
  const env = { ...process.env, BPFTOP_HOOKS: only ?? "" };
  const { stdout } = spawnSync(process.execPath, args, { cwd: ROOT, env, timeout: 900_000, encoding: "utf8" });
  process.stdout.write(stdout);
  return totalsIn(stdout);
}
