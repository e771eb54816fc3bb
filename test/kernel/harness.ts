/** Known workloads around real sources: every kernel test does exactly N operations of B bytes and expects N and B. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import { type Source, type Window, coverageOf, windowOf } from "../../src/sources/source.ts";

const WORKLOADS = path.join(import.meta.dirname, "../workloads");
const BUILT = path.join(import.meta.dirname, "../../dist/test");

/** A program of test/workloads, compiled when it is older than its source. Returns its path. */
export function workload(name: string): string {
  const isCxx = existsSync(path.join(WORKLOADS, `${name}.cpp`));
  const source = path.join(WORKLOADS, `${name}.${isCxx ? "cpp" : "c"}`);
  const binary = path.join(BUILT, name);
  if (!existsSync(binary) || statSync(binary).mtimeMs < statSync(source).mtimeMs) {
    mkdirSync(BUILT, { recursive: true });
    execFileSync(isCxx ? "g++" : "gcc", [
      "-O1",
      "-g",
      "-fno-omit-frame-pointer",
      "-Wall",
      "-Werror",
      "-pthread",
      "-o",
      binary,
      source,
    ]);
  }
  return binary;
}

export interface Ran {
  readonly pid: number;
  readonly stdout: string;
}

/** Command and arguments of a workload that keeps the CPU as long as it wants to, whatever else runs. */
export function unpreempted(name: string, ...args: readonly string[]): [command: string, args: readonly string[]] {
  return ["chrt", ["--fifo", "50", workload(name), ...args]];
}

/** Runs a program to its end, which it must reach with exit status 0 in good time. */
export function run(command: string, args: readonly string[] = [], timeoutMs = 30_000): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], timeout: timeoutMs });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => (stdout += data));
    child.stderr.on("data", (data) => (stderr += data));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0 && child.pid !== undefined) resolve({ pid: child.pid, stdout });
      else reject(new Error(`${command} ${args.join(" ")}: ${signal ?? `exit ${code}`}: ${stderr}`));
    });
  });
}

/** Attaches a source, runs the workload between two reads, and detaches. */
export async function observe<S, T>(
  source: Source<S>,
  work: () => Promise<T>,
): Promise<{ window: Window<S>; result: T }> {
  await source.attach();
  try {
    const older = source.read();
    if (older.data === undefined) throw new Error(`${source.id} is ${JSON.stringify(older.state)}`);
    const result = await work();
    const window = windowOf(older, source.read());
    if (window === undefined) throw new Error(`${source.id} has no window`);
    return { window, result };
  } finally {
    source.detach();
  }
}

/** Whether the pane says of something that it is not seen on this kernel. */
export async function isUnseen(source: Source<unknown>, what: string): Promise<boolean> {
  await source.attach();
  const { state } = source.read();
  source.detach();
  return coverageOf(state)?.unseen.some((text) => text.includes(what)) ?? false;
}

/** Starts a program that is killed at the end of the test file at the latest; `cwd` is where it leaves what it writes. */
export function start(
  command: string,
  args: readonly string[] = [],
  cwd?: string,
): ChildProcess & { readonly pid: number } {
  const child = spawn(command, args, { stdio: "ignore", cwd });
  after(() => child.kill("SIGKILL"));
  assert.ok(child.pid, `${command} starts`);
  return Object.assign(child, { pid: child.pid });
}

/** A directory that is gone after the test file. */
export function scratch(): string {
  const dir = mkdtempSync(path.join(tmpdir(), "bpftop-test-"));
  after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
