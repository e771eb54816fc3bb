/** Who holds the most of something that is running out. Costs a pass over all processes, so only read in trouble. */
import { readFile, readdir } from "node:fs/promises";
import type { ProcessId } from "../process.ts";
import { parseTask } from "./task.ts";
import { numberOf } from "./text.ts";

/** What can run out. */
export type Scarce = "memory" | "tasks" | "files";

/** A process and how much it holds: bytes resident, threads, or open files. */
export interface Hog extends ProcessId {
  readonly held: number;
}

const MOST = 5;

/** The processes that hold most of it, the largest first. Asynchronous: ~30 µs a process, off the main thread for the most part. */
export async function readHogs(scarce: Scarce, root = ""): Promise<readonly Hog[]> {
  const pids = (await readdir(`${root}/proc`).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const holders: { pid: string; held: number }[] = [];
  for (const pid of pids) {
    const held = await HELD[scarce](`${root}/proc/${pid}`).catch(() => undefined);
    if (held !== undefined) holders.push({ pid, held });
  }
  holders.sort((a, b) => b.held - a.held);
  const hogs = await Promise.all(holders.slice(0, MOST).map(({ pid, held }) => identify(`${root}/proc/${pid}`, held)));
  return hogs.filter((hog) => hog !== undefined);
}

const HELD: Record<Scarce, (dir: string) => Promise<number | undefined>> = {
  memory: async (dir) => {
    const kib = await statusField(dir, "VmRSS");
    return kib === undefined ? undefined : kib * 1024;
  },
  tasks: (dir) => statusField(dir, "Threads"),
  files: async (dir) => (await readdir(`${dir}/fd`)).length,
};

async function statusField(dir: string, field: string): Promise<number | undefined> {
  const status = await readFile(`${dir}/status`, "utf8");
  return numberOf(new RegExp(`^${field}:\\s*(\\d+)`, "m").exec(status)?.[1]);
}

async function identify(dir: string, held: number): Promise<Hog | undefined> {
  const task = parseTask(await readFile(`${dir}/stat`, "utf8").catch(() => ""));
  return task && { pid: task.pid, startMs: task.startMs, comm: task.comm, held };
}
