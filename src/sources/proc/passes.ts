/** Sources that look at every process in turn: too slow for a tick, so one pass after a reading, in the background. */
import { readdir } from "node:fs/promises";
import { monotonicMs } from "../clock.ts";
import type { ProcessId } from "../process.ts";
import type { Snapshot, Source, SourceState } from "../source.ts";

/** What one pass over all processes finds. */
export interface Pass<P> {
  readonly processes: readonly P[];
}

export interface PassDeclaration<P> {
  readonly id: string;
  /** The files that are read. */
  readonly via: readonly string[];
  readonly unseen: readonly string[];
  /** Of one process, by its directory in /proc; undefined for one that is gone or may not be looked at. */
  readonly read: (dir: string) => Promise<P | undefined>;
}

/** ~30 µs a process and file, of which little holds up the screen. */
export function passSource<P extends ProcessId>(
  { id, via, unseen, read }: PassDeclaration<P>,
  root = "",
): Source<Pass<P>> {
  let state: SourceState = { kind: "off" };
  let latest: { readonly at: number; readonly data: Pass<P> } | undefined;
  let passing: Promise<void> | undefined;

  const pass = async () => {
    const processes = await readAll(`${root}/proc`, read);
    latest = { at: monotonicMs(), data: { processes } };
  };
  return {
    id,
    processes: (data) => data.processes,
    async attach() {
      if (state.kind === "live") return;
      state = { kind: "live", coverage: { via, sinceMs: Date.now(), unseen } };
      await pass();
    },
    read(): Snapshot<Pass<P>> {
      if (state.kind === "live") passing ??= pass().finally(() => (passing = undefined));
      return {
        at: latest?.at ?? monotonicMs(),
        state,
        lost: 0,
        data: state.kind === "live" ? latest?.data : undefined,
      };
    },
    detach() {
      state = { kind: "off" };
      latest = undefined;
    },
  };
}

async function readAll<P>(proc: string, read: (dir: string) => Promise<P | undefined>): Promise<readonly P[]> {
  const pids = (await readdir(proc)).filter((name) => /^\d+$/.test(name));
  const found: P[] = [];
  for (const pid of pids) {
    const process = await read(`${proc}/${pid}`);
    if (process !== undefined) found.push(process);
  }
  return found;
}
