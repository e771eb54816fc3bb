/** Bytes over TCP by process and connection, from the socket layer's tracepoints (`bpf/net/sock.bpf.c`). */
import type { KernelFacts } from "../bpf/kernelFacts.ts";
import type { Rung } from "../bpf/plan.ts";
import { type Entry, unlessSame } from "../bpf/maps.ts";
import { isPreemptedAtTracepoints } from "../bpf/preempted.ts";
import { bpfSource } from "../bpf/source.ts";
import * as layout from "../gen/net/sock.ts";
import type { ProcessId } from "../process.ts";
import { type Ends, endsKey, endsOf, userKey } from "./connection.ts";
import { retransmitAccount } from "./retransmits.ts";

export interface SockData {
  readonly users: readonly SockUser[];
}

/** One process at one end of a TCP connection; cumulative since attach. */
export interface SockUser extends ProcessId, Ends {
  /** What the process handed to the socket; not all of it need have arrived. */
  readonly txBytes: number;
  /** What the process got from the socket. */
  readonly rxBytes: number;
  readonly sends: number;
  readonly receives: number;
  /**
   * Segments that this end of the connection sent again, put down to the process that used it last. PID 0 where none
   * was seen using it, such as a connection that did not come about.
   */
  readonly retransmits: number;
}

const LENGTH_HOOKS = ["sock_send_length", "sock_recv_length"];
const SPLICED = "bytes that splice takes from a socket";

/** Before 6.3. Where IPv6 is a module, its functions are not in the kernel's BTF. */
function functionRungs(kind: "fentry" | "kprobe"): readonly Rung[] {
  const suffixes = kind === "fentry" ? ["fexit"] : ["kprobe", "kretprobe"];
  const rung = (functions: readonly string[], programs: readonly string[]): Rung => ({
    kind,
    hooks: functions,
    // A return counts only if its call was seen, so the calls come first.
    programs: suffixes.flatMap((suffix) => programs.map((program) => `${program}_${suffix}`)),
  });
  const functions = ["inet_sendmsg", "inet_sendpage", "inet_recvmsg"];
  const programs = ["sendmsg", "sendpage", "recvmsg"];
  return [
    rung([...functions, "inet6_sendmsg", "inet6_recvmsg"], [...programs, "sendmsg6", "recvmsg6"]),
    {
      ...rung(functions, programs),
      usable: (facts: KernelFacts) => facts.kernelFunction("inet6_sendmsg") === undefined,
      unseen: ["IPv6"],
    },
  ];
}

export const sock = bpfSource<SockData>({
  id: "sock",
  object: "net/sock",
  layout,
  plan: [
    {
      gives: "bytes sent and received over TCP",
      rungs: [
        {
          kind: "tracepoint",
          hooks: LENGTH_HOOKS.map((hook) => `sock:${hook}`),
          programs: ["send_tp", "receive_tp"],
          withoutMaps: ["calls"],
          usable: isPreemptedAtTracepoints,
        },
        { kind: "tp_btf", hooks: LENGTH_HOOKS, programs: ["send_btf", "receive_btf"], withoutMaps: ["calls"] },
        { kind: "raw_tp", hooks: LENGTH_HOOKS, programs: ["send_raw", "receive_raw"], withoutMaps: ["calls"] },
        ...functionRungs("fentry"),
        ...functionRungs("kprobe"),
      ],
    },
    {
      gives: "retransmits by connection",
      optional: true,
      rungs: [
        {
          kind: "tp_btf",
          hooks: ["tcp_retransmit_skb", "tcp_retransmit_synack"],
          programs: ["retransmit_btf", "synack_btf"],
        },
        {
          kind: "raw_tp",
          hooks: ["tcp_retransmit_skb", "tcp_retransmit_synack"],
          programs: ["retransmit_raw", "synack_raw"],
        },
      ],
    },
    {
      gives: SPLICED,
      optional: true,
      unseenWithout: SPLICED,
      rungs: [
        { kind: "fentry", hooks: ["tcp_splice_read"], programs: ["splice_fexit"] },
        { kind: "kprobe", hooks: ["tcp_splice_read"], programs: ["splice_kprobe", "splice_kretprobe"] },
      ],
    },
  ],
  unseen: ["what arrives without a copy (TCP_ZEROCOPY_RECEIVE) or inside the kernel (iSCSI, NVMe over TCP)"],
  processes: (data) => data.users,
  open(maps) {
    const users = maps.hash("users", layout.user_key, layout.user_totals);
    const connections = maps.hash("connections", layout.connection, layout.connection_totals);
    const account = retransmitAccount();
    const rowOf = unlessSame(({ key, value }: Entry<layout.user_key, layout.user_totals>) => {
      const row: SockUser = {
        pid: key.process.pid,
        startMs: key.process.start_ms,
        comm: value.comm,
        ...endsOf(key.connection),
        txBytes: value.tx_bytes,
        rxBytes: value.rx_bytes,
        sends: value.sends,
        receives: value.receives,
        retransmits: 0,
      };
      return { row, key: userKey(row), connection: endsKey(row), lastNs: value.last_ns };
    });
    const connectionOf = unlessSame(({ key, value }: Entry<layout.connection, layout.connection_totals>) => {
      const ends = endsOf(key);
      return { ends, connection: endsKey(ends), retransmits: value.retransmits };
    });
    return () => {
      const owners = users.entries().map(rowOf);
      const counted = connections.entries().map(connectionOf);
      const credits = account(counted, owners);
      const orphans = counted.filter(({ connection }) => credits.has(connection));
      return {
        users: [
          ...owners.map(({ row, key }) => (credits.has(key) ? { ...row, retransmits: credits.get(key) ?? 0 } : row)),
          ...orphans.map(({ ends, connection }) => orphan(ends, credits.get(connection) ?? 0)),
        ],
      };
    };
  },
});

function orphan(ends: Ends, retransmits: number): SockUser {
  return { pid: 0, startMs: 0, comm: "", ...ends, txBytes: 0, rxBytes: 0, sends: 0, receives: 0, retransmits };
}
