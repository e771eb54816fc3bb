import assert from "node:assert/strict";
import { existsSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { tcptop } from "../../src/panes/net/tcptop.ts";
import { type SockData, type SockUser, sock } from "../../src/sources/net/sock.ts";
import type { Window } from "../../src/sources/source.ts";
import { isUnseen, observe, run, scratch, workload } from "./harness.ts";

const rowsOf = (window: Window<SockData>, pid: number) => tcptop.rows(window).filter((row) => row.pid === pid);

for (const [family, loopback] of [
  ["4", "127.0.0.1"],
  ["6", "::1"],
] as const) {
  test(`tcptop: 377,777 bytes in 23 sends over IPv${family}, and half of it back, exact at both ends`, async () => {
    const { window, result } = await observe(sock, () => run(workload("tcp_transfer"), [family, "377777", "23"]));
    const [child = 0, port = 0] = result.stdout.split(" ").map(Number);

    const [client, ...otherClients] = rowsOf(window, child);
    assert.ok(client && otherClients.length === 0, "the sender has one row");
    assert.deepEqual(
      [
        client.comm,
        client.txBytes,
        client.sends,
        client.rxBytes,
        client.remotePort,
        client.remoteAddress,
        client.localAddress,
      ],
      ["tcp_transfer", 377777, 23, 188888, port, loopback, loopback],
    );

    const [server, ...otherServers] = rowsOf(window, result.pid);
    assert.ok(server && otherServers.length === 0, "the receiver has one row");
    assert.deepEqual(
      [server.rxBytes, server.txBytes, server.sends, server.localPort, server.remotePort],
      [377777, 188888, 1, port, client.localPort],
    );
    assert.equal(server.family, Number(family));
    assert.equal(window.lost, 0);
  });
}

test("tcptop: 2,000 connections are 2,000 rows on either side, and every byte is there", async () => {
  const script = `
    import net from "node:net";
    let left = 2000;
    const ports = new Set(); // one may be used again
    const server = net.createServer((s) => s.on("data", () => {}).on("end", () => s.end())).listen(0, "127.0.0.1", () => go());
    const go = () => {
      if (left-- <= 0) return server.close(() => process.stdout.write(String(ports.size)));
      const c = net.connect(server.address().port, "127.0.0.1", () => {
        ports.add(c.localPort);
        c.end("x".repeat(100));
      });
      c.on("close", go).resume();
    };
  `;
  const { window, result } = await observe(sock, () => run(process.execPath, ["--input-type=module", "-e", script]));
  const rows = rowsOf(window, result.pid);
  assert.equal(
    rows.reduce((sum, row) => sum + row.txBytes, 0),
    200_000,
  );
  assert.equal(
    rows.reduce((sum, row) => sum + row.rxBytes, 0),
    200_000,
  );
  assert.equal(rows.length, 2 * Number(result.stdout));
});

test("tcptop: sendfile counts as sent", async () => {
  const file = path.join(scratch(), "page");
  writeFileSync(file, Buffer.alloc(300_001));
  const server = `
import http.server, os, socket, threading
listener = socket.create_server(("127.0.0.1", 0))
def serve():
    connection, _ = listener.accept()
    with connection, open(${JSON.stringify(file)}, "rb") as page:
        offset = 0
        while n := os.sendfile(connection.fileno(), page.fileno(), offset, 1 << 20): offset += n
thread = threading.Thread(target=serve); thread.start()
client = socket.create_connection(listener.getsockname())
while client.recv(65536): pass
thread.join()
`;
  const { window, result } = await observe(sock, () => run("python3", ["-c", server]));
  const rows = rowsOf(window, result.pid);
  assert.equal(
    rows.reduce((sum, row) => sum + row.txBytes, 0),
    300_001,
  );
  assert.equal(
    rows.reduce((sum, row) => sum + row.rxBytes, 0),
    300_001,
  );
});

test("tcptop: UDP is not TCP", async () => {
  const script = `
    import dgram from "node:dgram";
    const s = dgram.createSocket("udp4").bind(0, "127.0.0.1", () => s.send("x".repeat(99), s.address().port, "127.0.0.1"));
    s.on("message", () => s.close());
  `;
  const { window, result } = await observe(sock, () => run(process.execPath, ["--input-type=module", "-e", script]));
  assert.equal(rowsOf(window, result.pid).length, 0);
});

interface Way {
  readonly sent: number;
  readonly received: number;
  /** What the kernel says was sent again, by the local port of the end. */
  readonly again: Readonly<Record<string, number>>;
}

async function way<W extends Way>(name: string) {
  const { window, result } = await observe(sock, () =>
    run("python3", [path.join(import.meta.dirname, "../workloads/tcp_ways.py"), name]),
  );
  return { window, told: JSON.parse(result.stdout) as W, rows: rowsOf(window, result.pid) };
}

const total = (rows: readonly SockUser[], counter: "txBytes" | "rxBytes") =>
  rows.reduce((sum, row) => sum + row[counter], 0);

const hasMptcp = existsSync("/proc/sys/net/mptcp/enabled");

for (const [name, what] of [
  ["splice-in", "splice into a socket"],
  ["zerocopy", "MSG_ZEROCOPY"],
  ["truncate", "bytes received with MSG_TRUNC, to be thrown away"],
  ["error-queue", "no copies from the error queue"],
  ["mptcp", "Multipath TCP"],
] as const) {
  const skip = name === "mptcp" && !hasMptcp && "this kernel has no Multipath TCP";
  test(`tcptop: counts ${what}`, { skip }, async () => {
    const { told, rows } = await way(name);
    assert.deepEqual([total(rows, "txBytes"), total(rows, "rxBytes")], [told.sent, told.received]);
    assert.equal(rows.length, 2, "two ends");
  });
}

test("tcptop: splice from a socket counts, or is said to be unseen", async () => {
  const { told, rows } = await way("splice-out");
  assert.equal(total(rows, "txBytes"), told.sent);
  assert.equal(total(rows, "rxBytes"), (await isUnseen(sock, "splice")) ? 0 : told.received);
});

for (const [poll, who] of [
  ["0", "the process"],
  ["1", "the kernel's thread for it"],
] as const) {
  test(`tcptop: counts io_uring, submitted by ${who}`, async () => {
    const { window, result } = await observe(sock, () => run(workload("tcp_uring"), ["1000", "23", poll]));
    const rows = rowsOf(window, result.pid);
    assert.deepEqual([total(rows, "txBytes"), total(rows, "rxBytes")], [23_000, 23_000]);
    assert.equal(rows.find((row) => row.txBytes > 0)?.sends, 23);
  });
}

test("tcptop: a connection is known by its network namespace, too", async () => {
  const script = path.join(import.meta.dirname, "../workloads/tcp_ways.py");
  const { window, result } = await observe(sock, () =>
    run("unshare", ["--net", "sh", "-c", `ip link set lo up && exec python3 "${script}" plain`]),
  );
  const { namespace } = JSON.parse(result.stdout) as { namespace: number };
  const own = statSync("/proc/self/ns/net").ino;
  assert.notEqual(namespace, own);
  const namespaces = rowsOf(window, result.pid).map((row) => row.netNamespace);
  assert.deepEqual(namespaces, [namespace, namespace]);
});

test("tcptop: two processes that share a socket have a row each", async () => {
  const { window, told, rows } = await way<Way & { child: number; receiver: number }>("fork");
  const sent = [rows, rowsOf(window, told.child)].map((own) => [own.length, total(own, "txBytes")]);
  assert.deepEqual(sent, [
    [1, 100_001],
    [1, 50_000],
  ]);
  assert.equal(total(rowsOf(window, told.receiver), "rxBytes"), told.received);
});

for (const [name, what] of [
  ["loss", "segments of a connection that loses packets"],
  ["late-connect", "a SYN, and the answer to it"],
] as const) {
  test(`tcptop: ${what} sent again, as TCP_INFO counts them, are put down to the process`, async () => {
    const { told, rows } = await way(name);
    const counted = Object.fromEntries(rows.map((row) => [row.localPort, row.retransmits]));
    assert.deepEqual(counted, told.again);
    assert.ok(Object.values(told.again).some((segments) => segments > 0));
  });
}

test("tcptop: what stands still is the same object from read to read, what moves is not", async () => {
  await sock.attach();
  try {
    const { pid } = await run(workload("tcp_transfer"), ["4", "1000", "1"]);
    const reads = [sock.read(), sock.read()].map(({ data }) => data?.users.find((user) => user.pid === pid));
    assert.ok(reads[0] && reads[0] === reads[1]);
  } finally {
    sock.detach();
  }
});
