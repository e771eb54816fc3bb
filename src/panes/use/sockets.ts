import { userKey } from "../../sources/net/connection.ts";
import type { SockData, SockUser } from "../../sources/net/sock.ts";
import { processKey } from "../../sources/process.ts";
import type { Window } from "../../sources/source.ts";
import { deltaBy } from "../kit/delta.ts";

/** What each process did on each of its TCP connections within the window; none where the sock source is not attached. */
export function connectionsIn(sock: Window<SockData> | undefined): readonly SockUser[] {
  if (sock === undefined) return [];
  return deltaBy(sock.newer.users, sock.older.users, userKey, ["txBytes", "rxBytes", "retransmits"]);
}

/** All connections of a process together, with the ends of one of them. */
export function byProcess(connections: readonly SockUser[]): readonly SockUser[] {
  const processes = new Map<string, SockUser>();
  for (const one of connections) {
    const all = processes.get(processKey(one));
    processes.set(processKey(one), {
      ...one,
      txBytes: one.txBytes + (all?.txBytes ?? 0),
      rxBytes: one.rxBytes + (all?.rxBytes ?? 0),
      retransmits: one.retransmits + (all?.retransmits ?? 0),
    });
  }
  return [...processes.values()];
}
