/** Bytes over TCP by process and connection, from the socket layer's tracepoints (`bpf/net/sock.bpf.c`). */
import type { KernelFacts } from "../bpf/kernelFacts.ts";
import type { Rung } from "../bpf/plan.ts";
import { bpfSource } from "../bpf/source.ts";
import * as layout from "../gen/net/sock.ts";
import type { ProcessId } from "../process.ts";
import { addressText, isMapped } from "./address.ts";

export interface SockData {
  readonly users: readonly SockUser[];
}

/** One process at one end of a TCP connection; cumulative since attach. */
export interface SockUser extends ProcessId {
  readonly family: 4 | 6;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** What the process handed to the socket; not all of it need have arrived. */
  readonly txBytes: number;
  /** What the process got from the socket. */
  readonly rxBytes: number;
  readonly sends: number;
  readonly receives: number;
  /** Segments that this end of the connection sent again, for whichever process. PID 0 where none was seen using it. */
  readonly retransmits: number;
}

const LENGTH_HOOKS = ["sock_send_length", "sock_recv_length"];
const UNSEEN_LENGTHS = ["splice and zero-copy receive (TCP_ZEROCOPY_RECEIVE)", "MPTCP"];

/** tcp_sendpage and the arguments of tcp_recvmsg came and went; the BTF says what this kernel has. */
function functionRungs(kind: "fentry" | "kprobe"): readonly Rung[] {
  const programs = (name: string) => (kind === "fentry" ? [`${name}_fexit`] : [`${name}_kprobe`]);
  const returns = (...names: string[]) => (kind === "fentry" ? [] : names.map((name) => `${name}_kretprobe`));
  return [
    { recvmsg: "recvmsg", args: 5 },
    { recvmsg: "recvmsg_nonblock", args: 6 },
  ].map(({ recvmsg, args }) => ({
    kind,
    hooks: ["tcp_sendmsg", "tcp_sendpage", "tcp_recvmsg"],
    programs: [...["sendmsg", "sendpage", recvmsg].flatMap(programs), ...returns("sendmsg", "sendpage", "recvmsg")],
    usable: (facts: KernelFacts) => facts.kernelFunction("tcp_recvmsg")?.length === args,
    unseen: UNSEEN_LENGTHS,
  }));
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
          kind: "tp_btf",
          hooks: LENGTH_HOOKS,
          programs: ["send_btf", "receive_btf"],
          withoutMaps: ["calls"],
          unseen: UNSEEN_LENGTHS,
        },
        {
          kind: "raw_tp",
          hooks: LENGTH_HOOKS,
          programs: ["send_raw", "receive_raw"],
          withoutMaps: ["calls"],
          unseen: UNSEEN_LENGTHS,
        },
        ...functionRungs("fentry"),
        ...functionRungs("kprobe"),
      ],
    },
    {
      gives: "retransmits by connection",
      optional: true,
      rungs: [
        { kind: "tp_btf", hooks: ["tcp_retransmit_skb"], programs: ["retransmit_btf"] },
        { kind: "raw_tp", hooks: ["tcp_retransmit_skb"], programs: ["retransmit_raw"] },
      ],
    },
  ],
  processes: (data) => data.users,
  open(maps) {
    const users = maps.hash("users", layout.user_key, layout.user_totals);
    const connections = maps.hash("connections", layout.connection, layout.connection_totals);
    return () => {
      const again = new Map(connections.entries().map(({ key, value }) => [endsKey(ends(key)), { key, value }]));
      const owned = new Set<string>();
      const rows = users.entries().map(({ key, value }): SockUser => {
        const connection = ends(key.connection);
        const ofConnection = endsKey(connection);
        owned.add(ofConnection);
        return {
          pid: key.process.pid,
          startMs: key.process.start_ms,
          comm: value.comm,
          ...connection,
          txBytes: value.tx_bytes,
          rxBytes: value.rx_bytes,
          sends: value.sends,
          receives: value.receives,
          retransmits: again.get(ofConnection)?.value.retransmits ?? 0,
        };
      });
      const orphans = [...again].filter(([key]) => !owned.has(key));
      return { users: [...rows, ...orphans.map(([, { key, value }]) => orphan(ends(key), value.retransmits))] };
    };
  },
});

type Ends = Pick<SockUser, "family" | "localAddress" | "localPort" | "remoteAddress" | "remotePort">;

function ends(connection: layout.connection): Ends {
  const { local, remote } = connection;
  const family = connection.family === 10 && !(isMapped(local) && isMapped(remote)) ? 6 : 4;
  return {
    family,
    localAddress: addressText(connection.family, local),
    localPort: connection.local_port,
    remoteAddress: addressText(connection.family, remote),
    remotePort: connection.remote_port,
  };
}

function endsKey(connection: Ends): string {
  return `${connection.localAddress} ${connection.localPort} ${connection.remoteAddress} ${connection.remotePort}`;
}

function orphan(connection: Ends, retransmits: number): SockUser {
  return { pid: 0, startMs: 0, comm: "", ...connection, txBytes: 0, rxBytes: 0, sends: 0, receives: 0, retransmits };
}
