import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { softirqs } from "../../src/panes/irq/softirqs.ts";
import { count } from "../../src/sources/hist.ts";
import { type SoftirqData, softirq } from "../../src/sources/irq/softirq.ts";
import { run, sleep } from "./harness.ts";

/** The kernel's own count, of all CPUs together: /proc/softirqs. */
function kernelCounts(): Map<string, number> {
  const lines = readFileSync("/proc/softirqs", "utf8").trim().split("\n").slice(1);
  return new Map(
    lines.map((line) => {
      const [name = "", ...cpus] = line.trim().split(/[:\s]+/);
      return [name, cpus.reduce((sum, n) => sum + Number(n), 0)];
    }),
  );
}

const countOf = (data: SoftirqData, vector: string) => {
  const found = data.vectors.find((candidate) => candidate.vector === vector);
  assert.ok(found);
  return count(found.durations);
};

/** One of our readings between two of the kernel's. */
function bracketed() {
  const before = kernelCounts();
  const { data } = softirq.read();
  const after = kernelCounts();
  assert.ok(data);
  return { before, data, after };
}

test("softirqs: a burst of loopback datagrams shows in NET_RX, and every vector counts as /proc/softirqs does", async () => {
  const burst = `
    import dgram from "node:dgram";
    let left = 5000;
    const s = dgram.createSocket("udp4").bind(0, "127.0.0.1", () => s.send("x", s.address().port, "127.0.0.1"));
    s.on("message", () => (--left > 0 ? s.send("x", s.address().port, "127.0.0.1") : s.close()));
  `;
  await softirq.attach();
  try {
    await sleep(20); // what was under way at the attach has ended
    const first = bracketed();
    await run(process.execPath, ["--input-type=module", "-e", burst]);
    const last = bracketed();
    for (const { vector } of last.data.vectors) {
      const ours = countOf(last.data, vector) - countOf(first.data, vector);
      const least = (last.before.get(vector) ?? 0) - (first.after.get(vector) ?? 0);
      const most = (last.after.get(vector) ?? 0) - (first.before.get(vector) ?? 0);
      // One run per CPU may be between its count in /proc and its end.
      assert.ok(
        ours >= least - 2 && ours <= most + 2,
        `${vector}: ${ours}, /proc/softirqs between ${least} and ${most}`,
      );
    }
    const rows = softirqs.rows({ older: first.data, newer: last.data, seconds: 1, lost: 0 });
    const netRx = rows.find((row) => row.vector === "NET_RX");
    assert.ok(netRx && count(netRx.durations) >= 5000, "a datagram, a soft interrupt");
    assert.ok(netRx.durations.sum > 0 && netRx.durations.max > 0);
    const shares = rows.reduce((sum, row) => sum + (row.sharePercent ?? 0), 0);
    assert.ok(Math.abs(shares - 100) < 0.001);
  } finally {
    softirq.detach();
  }
});
