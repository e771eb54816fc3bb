import { userKey } from "../../sources/net/connection.ts";
import type { SockData, SockUser } from "../../sources/net/sock.ts";
import { deltaBy } from "../kit/delta.ts";
import { type Column, tablePane } from "../pane.ts";

const COUNTERS = ["txBytes", "rxBytes", "sends", "receives", "retransmits"] as const;

const endpoint = (address: string, port: number) =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
const local = (row: SockUser) => endpoint(row.localAddress, row.localPort);
const remote = (row: SockUser) => endpoint(row.remoteAddress, row.remotePort);

const columns: readonly Column<SockUser>[] = [
  { id: "local", heading: "LOCAL", unit: "text", help: "This end of the connection", get: local, priority: 2 },
  {
    id: "remote",
    heading: "REMOTE",
    unit: "text",
    help: "The other end of the connection",
    get: remote,
    grow: true,
    priority: 0,
  },
  {
    id: "txBytes",
    heading: "SENT",
    unit: "bytes",
    perSecond: true,
    help: "Bytes that the process handed to the socket",
    get: (row) => row.txBytes,
    priority: 0,
  },
  {
    id: "rxBytes",
    heading: "RECEIVED",
    unit: "bytes",
    perSecond: true,
    help: "Bytes that the process got from the socket",
    get: (row) => row.rxBytes,
    priority: 0,
  },
  {
    id: "totalBytes",
    heading: "TOTAL",
    unit: "bytes",
    perSecond: true,
    help: "Bytes sent and received",
    get: (row) => row.txBytes + row.rxBytes,
    hidden: true,
  },
  {
    id: "sends",
    heading: "SENDS",
    unit: "operations",
    perSecond: true,
    help: "Calls that sent",
    get: (row) => row.sends,
    priority: 3,
  },
  {
    id: "receives",
    heading: "RECEIVES",
    unit: "operations",
    perSecond: true,
    help: "Calls that received",
    get: (row) => row.receives,
    priority: 3,
  },
  {
    id: "retransmits",
    heading: "RETRANS",
    unit: "count",
    help: "Segments of this connection that were sent again",
    get: (row) => row.retransmits,
    hot: (segments) => segments > 0,
    priority: 1,
  },
];

export const tcptop = tablePane<SockData, SockUser>({
  name: "tcptop",
  question: "Which connections move how many bytes, and for whom?",
  resource: "tcp",
  source: "sock",
  rows: ({ newer, older }) => deltaBy(newer.users, older.users, userKey, COUNTERS),
  rowKey: userKey,
  // A retransmit of a connection that no process was seen using belongs to nobody.
  process: (row) => (row.pid > 0 ? row : undefined),
  columns,
  sort: { column: "totalBytes", descending: true },
});
