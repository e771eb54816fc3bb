/** The two ends of a TCP connection, as the kernel keeps them and as they are shown. */
import type { connection as KernelConnection } from "../gen/net/sock.ts";
import type { ProcessId } from "../process.ts";
import { addressText, isMapped } from "./address.ts";

export interface Ends {
  readonly family: 4 | 6;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Inode of the network namespace, as in /proc/PID/ns/net: containers may have the same addresses. 0 where there are none. */
  readonly netNamespace: number;
}

/** A mapped address counts as the IPv4 address that it is. */
export function endsOf(connection: KernelConnection): Ends {
  const { local, remote } = connection;
  const family = connection.family === 10 && !(isMapped(local) && isMapped(remote)) ? 6 : 4;
  return {
    family,
    localAddress: addressText(connection.family, local),
    localPort: connection.local_port,
    remoteAddress: addressText(connection.family, remote),
    remotePort: connection.remote_port,
    netNamespace: connection.netns,
  };
}

/** Stable key of one end of a connection. */
export function endsKey(ends: Ends): string {
  return `${ends.localAddress} ${ends.localPort} ${ends.remoteAddress} ${ends.remotePort} ${ends.netNamespace}`;
}

/** Stable key of a process at one end of a connection. */
export function userKey(user: ProcessId & Ends): string {
  return `${user.pid}@${user.startMs} ${endsKey(user)}`;
}
