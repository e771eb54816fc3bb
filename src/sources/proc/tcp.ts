/** TCP's own counters, from /proc/net/snmp and /proc/net/netstat; IPv4 and IPv6 together. */
import { lines, words } from "./text.ts";

/** Since boot, of this network namespace. Undefined: this kernel has no such counter. */
export interface TcpStat {
  /** Connections established at this moment. */
  readonly established: number;
  readonly segmentsIn: number;
  /** Without the segments sent again. */
  readonly segmentsOut: number;
  readonly retransmits: number;
  /** Damaged segments. */
  readonly errorsIn: number;
  readonly resetsOut: number;
  /** Established connections that ended by a reset, in or out. */
  readonly resets: number;
  readonly failedConnects: number;
  readonly activeOpens: number;
  readonly passiveOpens: number;
  /** Connections refused because the accept queue was full. */
  readonly listenOverflows: number | undefined;
  /** Connections that a listener refused for any reason; overflows are among them. */
  readonly listenDrops: number | undefined;
  /** Times that nothing came back until the retransmission timer ran out. */
  readonly timeouts: number | undefined;
  /** Segments thrown away because a socket's backlog or receive buffer was full. */
  readonly receiveDrops: number | undefined;
  /** Connections given up for want of memory. */
  readonly memoryAborts: number | undefined;
}

/** Undefined where /proc/net/snmp has no Tcp lines. */
export function parseTcp(snmp: string, netstat: string): TcpStat | undefined {
  const tcp = parseCounters(snmp).get("Tcp");
  const extended = parseCounters(netstat).get("TcpExt");
  if (tcp === undefined) return undefined;
  const of = (name: string) => tcp.get(name) ?? 0;
  const drops = [extended?.get("TCPBacklogDrop"), extended?.get("TCPRcvQDrop")].filter((n) => n !== undefined);
  return {
    established: of("CurrEstab"),
    segmentsIn: of("InSegs"),
    segmentsOut: of("OutSegs"),
    retransmits: of("RetransSegs"),
    errorsIn: of("InErrs"),
    resetsOut: of("OutRsts"),
    resets: of("EstabResets"),
    failedConnects: of("AttemptFails"),
    activeOpens: of("ActiveOpens"),
    passiveOpens: of("PassiveOpens"),
    listenOverflows: extended?.get("ListenOverflows"),
    listenDrops: extended?.get("ListenDrops"),
    timeouts: extended?.get("TCPTimeouts"),
    receiveDrops: drops.length === 0 ? undefined : drops.reduce((sum, n) => sum + n, 0),
    memoryAborts: extended?.get("TCPAbortOnMemory"),
  };
}

/** Pairs of lines with one prefix: the first names the counters, the second holds them. */
export function parseCounters(text: string): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const groups = new Map<string, ReadonlyMap<string, number>>();
  let names: readonly string[] = [];
  for (const line of lines(text)) {
    const [prefix = "", ...values] = words(line);
    if (names[0] === prefix) {
      groups.set(prefix.replace(/:$/, ""), new Map(values.map((value, i) => [names[i + 1] ?? "", Number(value)])));
      names = [];
    } else names = [prefix, ...values];
  }
  return groups;
}
