/** What every process reads from and writes to storage, as the kernel accounts it (/proc/PID/io). */
import { readFile } from "node:fs/promises";
import type { ProcessId } from "../process.ts";
import { type Pass, passSource } from "./passes.ts";
import { parseTask } from "./task.ts";
import { numberOf } from "./text.ts";

export type IoData = Pass<ProcessIo>;

/** Cumulative since the process began. */
export interface ProcessIo extends ProcessId {
  /** Fetched from storage for it. */
  readonly readBytes: number;
  /** Pages that it made dirty, or wrote past the page cache. */
  readonly writeBytes: number;
}

export const io = passSource<ProcessIo>({
  id: "io",
  via: ["/proc/PID/io"],
  unseen: [
    "which disk, how many requests, and how long they take",
    "when a write reaches the disk: it counts when the process makes the page dirty, also where the file goes away first",
    "processes of other users, for one who is not root",
    "processes that live for less than an interval",
  ],
  async read(dir) {
    const text = await readFile(`${dir}/io`, "utf8").catch(() => undefined);
    return text === undefined ? undefined : parseIo(text, await readFile(`${dir}/stat`, "utf8").catch(() => ""));
  },
});

/** From the process's `io` and `stat`; undefined where it was gone before both were read. */
export function parseIo(text: string, stat: string): ProcessIo | undefined {
  const task = parseTask(stat);
  const bytes = (name: string) => numberOf(new RegExp(`^${name}: (\\d+)$`, "m").exec(text)?.[1]);
  const readBytes = bytes("read_bytes");
  const writeBytes = bytes("write_bytes");
  if (task === undefined || readBytes === undefined || writeBytes === undefined) return undefined;
  return { pid: task.pid, startMs: task.startMs, comm: task.comm, readBytes, writeBytes };
}
