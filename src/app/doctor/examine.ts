/** Looks at this machine: every source is attached once and let go again, every kind of hook tried. */
import { machine, release } from "node:os";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import type { AnyPane } from "../../panes/pane.ts";
import { panes, panesOfProcess } from "../../panes/registry.ts";
import { type KindTrial, tryKinds } from "../../sources/bpf/kinds.ts";
import { libbpf } from "../../sources/bpf/libbpf.ts";
import { exists } from "../../sources/proc/files.ts";
import { hasBtf, kptrRestrict, lockedMemoryLimit, showsKernelSymbols } from "../../sources/proc/kernel.ts";
import { RIGHTS, has, hasNoNewPrivileges, readHeld, readLockdown } from "../../sources/proc/rights.ts";
import { sources } from "../../sources/registry.ts";
import type { Source } from "../../sources/source.ts";
import { fed } from "../fed.ts";
import { stackSource, stacksOf } from "../stacks/place.ts";
import { synchronizes } from "../terminal/synchronized.ts";
import { themeFor } from "../theme.ts";
import type { Kernel, Report, Rights, Symbols, Terminal, Tool } from "./report.ts";

const DEBUG_FILES = "/usr/lib/debug/.build-id";
const UNREAD = { at: 0, lost: 0, data: undefined };
const SLOW_MS = 2000;
const STEP_MS = 100;
/** For sources that look at one process: this one. */
const FOCUS = { pid: process.pid, hz: 49 };

export async function examine(version: string): Promise<Report> {
  const tools = toolsOf(await examineSources());
  return {
    version,
    kernel: kernel(),
    rights: rights(),
    symbols: symbols(),
    terminal: await terminal(),
    libbpf: libraryVersion(),
    lockedMemoryBytes: lockedMemoryLimit(),
    kinds: await kinds(),
    ...tools,
  };
}

type Seen = Pick<Tool, "state" | "leftOut">;

async function examineSources(): Promise<ReadonlyMap<string, Seen>> {
  try {
    return new Map(await Promise.all(sources.map(async (source) => [source.id, await tried(source)] as const)));
  } finally {
    for (const source of sources) source.detach();
  }
}

async function tried(source: Source<unknown>): Promise<Seen> {
  await source.focus?.(FOCUS);
  await source.attach();
  // What is slow to read comes later; the screen goes on meanwhile.
  for (let waited = 0; waited < SLOW_MS && source.read().state.kind === "degraded"; waited += STEP_MS)
    await setTimeout(STEP_MS);
  return { state: source.read().state, leftOut: source.leftOut?.() ?? [] };
}

function toolsOf(seen: ReadonlyMap<string, Seen>): Pick<Report, "tools" | "summary"> {
  const tool = (name: string, source: string): Tool => ({
    name,
    source,
    ...(seen.get(source) ?? { state: { kind: "off" }, leftOut: [] }),
  });
  const frame = { snapshots: Object.fromEntries([...seen].map(([id, { state }]) => [id, { ...UNREAD, state }])) };
  const known = new Map<string, AnyPane>([...panes, ...panesOfProcess].map((pane) => [pane.name, pane]));
  const stacks = (["on-CPU", "off-CPU"] as const).map((mode) =>
    tool(`${mode} stacks`, stackSource(stacksOf(undefined, mode)).source),
  );
  return {
    tools: [...[...known.values()].map((pane) => tool(pane.name, fed(pane, frame).source)), ...stacks],
    summary: tool("USE summary", "proc"),
  };
}

function kernel(): Kernel {
  return { release: release(), machine: machine(), btf: hasBtf(), lockdown: readLockdown() };
}

function rights(): Rights {
  const held = readHeld();
  const used = RIGHTS.filter((right) => has(held, right));
  const known = new Set(RIGHTS.map(({ bit }) => bit));
  return {
    uid: process.geteuid?.() ?? 0,
    held: Object.fromEntries(RIGHTS.map((right) => [right.name, used.includes(right)])),
    others: [...(held ?? [])].filter((bit) => !known.has(bit)).length,
    noNewPrivileges: hasNoNewPrivileges(),
  };
}

function symbols(): Symbols {
  return { kernel: showsKernelSymbols(), kptrRestrict: kptrRestrict(), debugFiles: exists(DEBUG_FILES) };
}

async function terminal(): Promise<Terminal> {
  const { stdout, env } = process;
  const theme = themeFor(env);
  return {
    term: env["TERM"],
    size: stdout.isTTY ? { columns: stdout.columns, rows: stdout.rows } : undefined,
    colours: !env["NO_COLOR"],
    unicode: theme.unicode,
    synchronized: await synchronizes(),
  };
}

function libraryVersion(): string | undefined {
  try {
    return libbpf().version();
  } catch {
    return undefined;
  }
}

/** Without libbpf there is none to be tried; the panes then say so. */
async function kinds(): Promise<readonly KindTrial[]> {
  return libraryVersion() === undefined ? [] : tryKinds();
}
