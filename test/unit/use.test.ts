import assert from "node:assert/strict";
import { test } from "node:test";
import { buildUseReport } from "../../src/panes/use/build.ts";
import type { Metric, UseReport, UseRow } from "../../src/panes/use/report.ts";
import { spoken } from "../../src/panes/use/row.ts";
import { judge, milder, thresholds, together, worst } from "../../src/panes/use/thresholds.ts";
import type { SchedData } from "../../src/sources/cpu/sched.ts";
import { emptyHist } from "../../src/sources/hist.ts";
import type { ProcData } from "../../src/sources/proc/data.ts";
import {
  GIB,
  type Readings,
  blockDisk,
  blockUser,
  disk,
  filesystem,
  histOf,
  idleSched,
  nic,
  procData,
  processOf,
  sockUser,
  tcp,
  times,
  windows,
} from "./machine.ts";

const MS = 1e6;
const MIB = 2 ** 20;

const report = (readings: Readings = {}): UseReport => buildUseReport(windows(readings));

function rowOf(readings: Readings, resource: UseRow["resource"], instance = ""): UseRow {
  const row = report(readings).rows.find((one) => one.resource === resource && one.instance === instance);
  assert.ok(row, `${resource} ${instance}`);
  return row;
}

function metric(row: UseRow, id: string): Metric {
  const found = [...row.utilization, ...row.saturation, ...row.errors].find((one) => one.id === id);
  assert.ok(found, id);
  return found;
}

/** A run queue of one length, on a machine whose tasks wait part of the time. */
function cpuReadings(
  latencyNs: number,
  waits: number,
  stalledPercent: number,
  sched: Partial<SchedData> = {},
): Readings {
  return {
    sched: { ...idleSched, runqLatency: waits > 0 ? histOf(latencyNs, waits) : emptyHist(), ...sched },
    proc: procData({ pressure: pressures({ cpu: stalledPercent }) }),
  };
}

function pressures({ cpu = 0, memory = 0, memoryFull = 0, io = 0 }): ProcData["pressure"] {
  const us = (percent: number) => percent * 1e4;
  return {
    cpu: { someUs: us(cpu), fullUs: 0 },
    memory: { someUs: us(memory), fullUs: us(memoryFull) },
    io: { someUs: us(io), fullUs: 0 },
  };
}

test("thresholds: unknown, and at the value itself; every one has a reason and rises", () => {
  assert.equal(judge(undefined, thresholds.stealPercent), "unknown");
  assert.deepEqual(
    [4.9, 5, 10, 30].map((value) => judge(value, thresholds.stealPercent)),
    ["ok", "notice", "warning", "critical"],
  );
  for (const [name, { notice, warning, critical, why }] of Object.entries(thresholds)) {
    assert.ok(notice <= warning && warning <= critical && why.length > 20, name);
  }
});

test("severities: the worst, one step milder, two symptoms together", () => {
  assert.equal(worst(["ok", "unknown", "warning", "notice"]), "warning");
  assert.equal(worst([]), "unknown");
  assert.deepEqual((["critical", "notice", "ok", "unknown"] as const).map(milder), ["warning", "ok", "ok", "unknown"]);
  assert.equal(together("critical", "ok"), "ok");
  assert.equal(together("critical", "warning"), "warning");
  assert.equal(together("critical", "unknown"), "warning");
  assert.equal(together("unknown", "unknown"), "unknown");
});

test("numbers in a sentence", () => {
  assert.deepEqual(
    [
      spoken(14e6, "ns"),
      spoken(93, "percent"),
      spoken(3 * GIB, "bytes"),
      spoken(12, "bytes", true),
      spoken(7, "count"),
      spoken(undefined, "ns"),
    ],
    ["14 ms", "93 %", "3 GB", "12 B/s", "7", "–"],
  );
});

test("an idle machine: every row ok, and a verdict that says what was checked", () => {
  const { rows, verdict } = report();
  assert.deepEqual(
    rows.map((row) => `${row.resource} ${row.instance}`.trim()),
    ["cpu", "memory", "disk vda", "network eth0", "network lo", "tcp", "filesystem /", "limits files", "limits tasks"],
  );
  assert.deepEqual(
    rows.filter((row) => row.severity !== "ok" || row.finding !== "" || row.suspects.length > 0),
    [],
  );
  assert.equal(verdict.severity, "ok");
  assert.equal(
    verdict.text,
    "no resource in trouble: CPU, memory 25 % used, 1 disk, 2 interfaces, TCP, 1 filesystem, 2 limits",
  );
});

test("metric ids are unique within a row and keep to their unit", () => {
  const suffix: Record<string, RegExp> = {
    ns: /Ns$/,
    bytes: /Bytes(PerSecond)?$/,
    percent: /Percent$/,
    count: /(Count|PerSecond)$/,
    packets: /Count$/,
  };
  for (const row of report().rows) {
    const metrics = [...row.utilization, ...row.saturation, ...row.errors];
    assert.equal(new Set(metrics.map(({ id }) => id)).size, metrics.length, row.resource);
    for (const { id, unit, perSecond } of metrics) {
      assert.match(id, suffix[unit] ?? /./);
      assert.equal(id.endsWith("PerSecond"), perSecond === true, id);
    }
  }
});

test("nothing measured is unknown, never ok", () => {
  const { rows, verdict } = buildUseReport(() => undefined);
  assert.deepEqual(new Set(rows.map((row) => row.severity)), new Set(["unknown"]));
  assert.deepEqual(verdict, { severity: "unknown", text: "measuring", row: undefined });
  for (const row of rows) {
    for (const one of [...row.utilization, ...row.saturation, ...row.errors])
      assert.equal(one.value, undefined, one.id);
  }
});

test("the verdict says what is not known", () => {
  const { verdict } = report({ sched: undefined, proc: procData({ pressure: undefined }) });
  assert.match(verdict.text, /^no resource in trouble: memory .*; not known: CPU$/);
  assert.equal(verdict.severity, "ok");
});

test("CPU: busy alone is no trouble; a long queue and stalled tasks together are", () => {
  const busy = procData({ cpu: { ...cpuStat(), total: times({ userMs: 1990, idleMs: 10 }) } });
  const row = rowOf({ proc: busy }, "cpu");
  assert.deepEqual([row.severity, metric(row, "busyPercent").value], ["ok", 99.5]);

  const severity = (...args: Parameters<typeof cpuReadings>) => rowOf(cpuReadings(...args), "cpu").severity;
  assert.equal(severity(14 * MS, 5000, 35), "warning");
  assert.equal(severity(14 * MS, 5000, 2), "ok", "late threads, but hardly any time lost");
  assert.equal(severity(0.5 * MS, 5000, 80), "ok", "always somebody waits, but not for long");
  assert.equal(severity(14 * MS, 30, 35), "ok", "a handful of waits");
  assert.equal(severity(80 * MS, 5000, 60), "critical");
});

test("CPU: with only one of the two symptoms measured that one counts, but is not critical", () => {
  assert.equal(rowOf({ ...cpuReadings(0, 0, 60), sched: undefined }, "cpu").severity, "warning");
  const blind = { ...cpuReadings(80 * MS, 5000, 0), proc: procData({ pressure: undefined }) };
  const row = rowOf(blind, "cpu");
  assert.deepEqual([row.severity, metric(row, "stalledPercent").severity], ["warning", "unknown"]);
});

/** What the CPU row does not look at. */
const UNUSED = { parent: { pid: 1, startMs: 0, comm: "init" }, runqSlots: [], onCpuSlots: [] };

test("CPU: the verdict names who runs most, not who has always run most", () => {
  const spin = {
    ...UNUSED,
    ...processOf(17, "spin"),
    cpuNs: 90 * MS,
    switchIns: 9,
    runqWaitNs: 0,
    runqMaxNs: 0,
    onCpuMaxNs: 0,
  };
  const cron = {
    ...UNUSED,
    ...processOf(18, "cron"),
    cpuNs: 5 * MS,
    switchIns: 9,
    runqWaitNs: 0,
    runqMaxNs: 0,
    onCpuMaxNs: 0,
  };
  const { verdict } = report(cpuReadings(14 * MS, 5000, 35, { processes: [cron, spin] }));
  assert.match(
    verdict.text,
    /^CPU saturated: run queue 1\d\.\d ms p99, some task waits 35 % of the time, spin\[17\] 95 % of CPU demand → runqlat$/,
  );
  assert.deepEqual(
    verdict.row?.suspects.map((suspect) => suspect.process),
    [processOf(17, "spin")],
  );
});

test("suspects: many workers of one name count together, one that does nearly all of it alone", () => {
  const user = (pid: number, comm: string, writeBytes: number) => blockUser(pid, comm, { writeBytes });
  const shares = (users: readonly ReturnType<typeof user>[]) =>
    rowOf({ block: { disks: [blockDisk("vda", { queue: histOf(20 * MS, 100) })], users } }, "disk", "vda").suspects.map(
      ({ process, share }) => `${process.comm}[${process.pid}] ${share}`,
    );
  const workers = Array.from({ length: 32 }, (_, i) => user(100 + i, "fio", 3 + (i === 5 ? 1 : 0)));
  assert.deepEqual(shares([...workers, user(7, "cp", 3)]), ["fio[105] 97 % of bytes with 31 more of its name"]);
  assert.deepEqual(shares([user(1, "pg", 90), user(2, "pg", 3), user(3, "cp", 7)]), ["pg[1] 90 % of bytes"]);
});

test("CPU: steal, the busiest CPU, and idle time that steps back", () => {
  const cpu = (total: ReturnType<typeof times>) => ({
    ...cpuStat(),
    total,
    cpus: [
      { cpu: 0, times: times({ userMs: 1000 }) },
      { cpu: 1, times: times({ idleMs: 1000 }) },
    ],
  });
  const before = procData({
    cpu: {
      ...cpu(times({ idleMs: 10 })),
      cpus: [
        { cpu: 0, times: times() },
        { cpu: 1, times: times() },
      ],
    },
  });
  const row = rowOf(
    { proc: procData({ cpu: cpu(times({ userMs: 800, stealMs: 200, idleMs: 0 })) }), procBefore: before },
    "cpu",
  );
  assert.deepEqual(
    [metric(row, "busyPercent").value, metric(row, "stealPercent").value, metric(row, "busiestCpuPercent").value],
    [80, 20, 100],
  );
  assert.equal(row.severity, "warning");
  assert.match(row.finding, /^taken up: the hypervisor takes 20 %$/);
});

test("memory: used up is a notice; lost time, swap-in and OOM kills are trouble", () => {
  const low = procData({ memory: { ...memory(), availableBytes: 0.8 * GIB } });
  assert.deepEqual(
    [rowOf({ proc: low }, "memory").severity, rowOf({ proc: low }, "memory").finding],
    ["notice", "nearly full: 95 % used, 819 MB available"],
  );

  const stalled = procData({
    pressure: pressures({ memory: 30, memoryFull: 25 }),
    hogs: { memory: [{ ...processOf(99, "java"), held: 12 * GIB }] },
  });
  const { verdict } = report({ proc: stalled });
  assert.equal(verdict.severity, "critical");
  assert.match(
    verdict.text,
    /^memory short: all tasks wait for memory 25 % of the time, .*, java\[99\] 75 % of memory → memtop$/,
  );

  const swapping = procData({ reclaim: { ...reclaim(), swapInBytes: 8 * MIB } });
  assert.match(rowOf({ proc: swapping }, "memory").finding, /^short: swap in 8 MB\/s$/);

  const killed = rowOf({ proc: procData({ reclaim: { ...reclaim(), oomKills: 1 } }) }, "memory");
  assert.deepEqual([killed.severity, killed.finding], ["critical", "failing: 1 OOM kill"]);
});

test("memory: swap shows only where there is some; a kernel that does not count OOM kills is not known to have none", () => {
  const row = rowOf({}, "memory");
  assert.ok(!row.utilization.some(({ id }) => id === "swapUsedPercent"));
  const swap = rowOf(
    { proc: procData({ memory: { ...memory(), swapTotalBytes: 4 * GIB, swapFreeBytes: 1 * GIB } }) },
    "memory",
  );
  assert.equal(metric(swap, "swapUsedPercent").value, 75);
  const old = rowOf({ proc: procData({ reclaim: { ...reclaim(), oomKills: undefined } }) }, "memory");
  assert.deepEqual([metric(old, "oomKillsCount").value, metric(old, "oomKillsCount").severity], [undefined, "unknown"]);
});

test("disk: the verdict of the book", () => {
  const block = {
    disks: [blockDisk("vda", { writes: 500, queue: histOf(14 * MS, 500), service: histOf(MS, 500) })],
    users: [blockUser(4242, "fio", { writeBytes: 93 * MIB }), blockUser(7, "jbd2", { writeBytes: 7 * MIB })],
  };
  const { verdict } = report({ block, proc: procData({ disks: [disk("vda", { busyMs: 1000, queueMs: 8000 })] }) });
  assert.equal(verdict.severity, "warning");
  assert.match(verdict.text, /^disk vda saturated: queue 1\d\.\d ms p99, fio\[4242\] 93 % of bytes → biotop$/);
});

test("disk: busy all the time is no trouble as long as no request waits; a handful of slow ones neither", () => {
  const block = { disks: [blockDisk("vda", { queue: histOf(14 * MS, 5), service: histOf(MS, 5000) })], users: [] };
  const row = rowOf(
    { block, proc: procData({ disks: [disk("vda", { busyMs: 1000, queueMs: 30_000 })] }) },
    "disk",
    "vda",
  );
  assert.deepEqual(
    [row.severity, metric(row, "busyPercent").value, metric(row, "queueDepthCount").value],
    ["ok", 100, 30],
  );
});

test("disk: slow inside, failing, and only /proc to go by", () => {
  const slow = { disks: [blockDisk("vda", { service: histOf(300 * MS, 100) })], users: [] };
  assert.equal(rowOf({ block: slow }, "disk", "vda").severity, "warning");

  const failing = { disks: [blockDisk("vda", { errors: 3 })], users: [] };
  assert.equal(rowOf({ block: failing }, "disk", "vda").finding, "failing: 3 requests failed");

  const stats = procData({ disks: [disk("vda", { reads: 100, readMs: 6000 })] });
  const blind = rowOf({ block: undefined, proc: stats }, "disk", "vda");
  assert.equal(blind.finding, "saturated: requests take 60 ms on average");
  assert.equal(metric(blind, "errorsCount").value, undefined, "nobody counted errors");
});

test("disk: suspects are those of that disk; without bytes, by time", () => {
  const vdb = blockDisk("vdb", { queue: histOf(20 * MS, 100) });
  const users = [blockUser(1, "other", { writeBytes: GIB }), blockUser(2, "sync", { disk: "vdb", latencyNs: 5 * MS })];
  const row = rowOf(
    { block: { disks: [blockDisk("vda"), vdb], users }, proc: procData({ disks: [disk("vda"), disk("vdb")] }) },
    "disk",
    "vdb",
  );
  assert.deepEqual(row.suspects, [{ process: processOf(2, "sync"), share: "100 % of I/O time" }]);
});

test("disk: a kworker writes for others, and the suspicion says so", () => {
  const users = [blockUser(9, "kworker/u8:3", { writeBytes: MIB })];
  const row = rowOf({ block: { disks: [blockDisk("vda", { queue: histOf(20 * MS, 100) })], users } }, "disk", "vda");
  assert.equal(row.suspects[0]?.share, "100 % of bytes, written back for others");
});

test("disk: loops show while used, stacked disks on those below", () => {
  const shown = (newer: ProcData, procBefore: ProcData) =>
    report({ proc: newer, procBefore })
      .rows.filter((row) => row.resource === "disk")
      .map((row) => row.instance);
  const disks = (reads: number) => [
    disk("vda"),
    disk("loop0", { kind: "virtual", reads }),
    disk("dm-0", { kind: "stacked", reads }),
  ];
  assert.deepEqual(shown(procData({ disks: disks(9) }), procData({ disks: disks(9) })), ["vda"]);
  assert.deepEqual(shown(procData({ disks: disks(10) }), procData({ disks: disks(9) })), ["loop0", "vda"]);
});

test("disk: I/O that stalls tasks is laid to the busiest disk, and is only worth a notice", () => {
  const proc = procData({
    pressure: pressures({ io: 95 }),
    disks: [disk("vda"), disk("vdb", { queueMs: 900, reads: 5 })],
  });
  assert.deepEqual(
    [rowOf({ proc }, "disk", "vda").severity, rowOf({ proc }, "disk", "vdb").severity],
    ["ok", "notice"],
  );
});

test("network: how full is only said where the speed is known", () => {
  const proc = procData({
    interfaces: [nic("eth0", { rxBytes: 120e6, rxPackets: 1e5 }), nic("lo", { rxBytes: 1e9, rxPackets: 1e5 })],
  });
  const eth0 = rowOf({ proc }, "network", "eth0");
  assert.deepEqual(
    [metric(eth0, "usedPercent").value, eth0.severity, eth0.finding],
    [96, "warning", "nearly full: used 96 %"],
  );
  const lo = rowOf({ proc }, "network", "lo");
  assert.deepEqual(
    [metric(lo, "usedPercent").value, metric(lo, "usedPercent").severity, lo.severity],
    [undefined, "unknown", "ok"],
  );
});

test("network: drops count by their share, a few never", () => {
  const severity = (rxDropped: number, rxPackets: number) =>
    rowOf({ proc: procData({ interfaces: [nic("eth0", { rxDropped, rxPackets })] }) }, "network", "eth0").severity;
  assert.deepEqual(
    [severity(9, 20), severity(20, 1e6), severity(30, 1e4), severity(200, 1e4)],
    ["ok", "ok", "notice", "warning"],
  );
  const sock = {
    users: [sockUser(5, "curl", { rxBytes: MIB }), sockUser(6, "local", { remoteAddress: "127.0.0.1", rxBytes: GIB })],
  };
  const proc = procData({ interfaces: [nic("eth0", { rxDropped: 200, rxPackets: 1e4 })] });
  assert.deepEqual(
    rowOf({ proc, sock }, "network", "eth0").suspects.map(({ share }) => share),
    ["100 % of TCP bytes"],
  );
});

test("network: veth pairs and bridge ports show only in trouble; in a container whatever is up", () => {
  const link = (name: string, secondary: boolean) => ({
    interface: name,
    bitsPerSecond: undefined,
    state: "up",
    physical: false,
    secondary,
  });
  const host = procData({
    interfaces: [
      nic("docker0", { rxPackets: 5 }),
      nic("veth1", { rxPackets: 5 }),
      nic("veth2", { rxPackets: 1000, rxDropped: 500 }),
      nic("idle0"),
    ],
    links: [link("docker0", false), link("veth1", true), link("veth2", true), link("idle0", false)],
  });
  const instances = (proc: ProcData) =>
    report({ proc })
      .rows.filter((row) => row.resource === "network")
      .map((row) => row.instance);
  assert.deepEqual(instances(host), ["docker0", "veth2"]);
  const inside = procData({
    interfaces: [nic("eth0", { rxPackets: 5 }), nic("lo")],
    links: [link("eth0", true), link("lo", false)],
  });
  assert.deepEqual(instances(inside), ["eth0", "lo"]);
});

test("network: a backlog that overflows has a row of its own while it does", () => {
  const row = rowOf(
    { proc: procData({ softnet: { packets: 1000, dropped: 100, squeezed: 0 } }) },
    "network",
    "backlog",
  );
  assert.deepEqual([row.severity, row.pane], ["critical", "softirqs"]);
});

test("TCP: retransmits by their share and at least ten; refused connections; what the kernel does not count", () => {
  const severity = (change: Parameters<typeof tcp>[0]) =>
    rowOf({ proc: procData({ tcp: tcp(change) }) }, "tcp").severity;
  assert.equal(severity({ retransmits: 9, segmentsOut: 90 }), "ok");
  assert.equal(severity({ retransmits: 20, segmentsOut: 980 }), "warning");
  assert.equal(severity({ retransmits: 20, segmentsOut: 100_000 }), "ok");
  assert.equal(severity({ listenOverflows: 1 }), "warning");
  const sock = { users: [sockUser(5, "nginx", { retransmits: 20 })] };
  const proc = procData({ tcp: tcp({ retransmits: 20, segmentsOut: 980 }) });
  assert.equal(
    report({ proc, sock }).verdict.text,
    "TCP in trouble: 2 % of segments sent again, nginx[5] 100 % of retransmits → tcptop",
  );
  const old = rowOf({ proc: procData({ tcp: tcp({ listenOverflows: undefined }) }) }, "tcp");
  assert.deepEqual([metric(old, "listenOverflowsPerSecond").value, old.severity], [undefined, "ok"]);
});

test("filesystems: space as df counts it, inodes, ample room, errors old and new", () => {
  const full = filesystem("/var", { totalBytes: 100 * GIB, freeBytes: 8 * GIB, availableBytes: 3 * GIB });
  const row = rowOf({ proc: procData({ filesystems: [full] }) }, "filesystem", "/var");
  assert.equal(row.finding, "nearly full: 97 % used, 3 GB left");
  assert.equal(row.severity, "warning");

  const large = filesystem("/data", { totalBytes: 9000 * GIB, freeBytes: 360 * GIB, availableBytes: 360 * GIB });
  assert.equal(rowOf({ proc: procData({ filesystems: [large] }) }, "filesystem", "/data").severity, "notice");

  const inodes = filesystem("/mail", { freeInodes: 10 });
  assert.equal(
    rowOf({ proc: procData({ filesystems: [inodes] }) }, "filesystem", "/mail").finding,
    "nearly full: 99 % of inodes used",
  );
  const btrfs = filesystem("/b", { inodes: undefined, freeInodes: undefined, errors: undefined });
  assert.equal(rowOf({ proc: procData({ filesystems: [btrfs] }) }, "filesystem", "/b").severity, "ok");

  const errors = (now: number, before: number) =>
    rowOf(
      {
        proc: procData({ filesystems: [filesystem("/", { errors: now })] }),
        procBefore: procData({ filesystems: [filesystem("/", { errors: before })] }),
      },
      "filesystem",
      "/",
    );
  assert.equal(errors(4, 4).severity, "notice");
  assert.deepEqual(
    [errors(5, 4).severity, errors(5, 4).finding],
    ["critical", "damaged: 1 new error in the filesystem"],
  );
});

test("filesystems: a tmpfs is memory, and shows once it fills", () => {
  const tmpfs = (availableBytes: number) =>
    filesystem("/tmp", { type: "tmpfs", totalBytes: GIB, freeBytes: availableBytes, availableBytes });
  const shown = (availableBytes: number) =>
    report({ proc: procData({ filesystems: [tmpfs(availableBytes)] }) }).rows.some((row) => row.instance === "/tmp");
  assert.deepEqual([shown(GIB / 2), shown(GIB / 20)], [false, true]);
});

test("limits: tasks with who has them; an open-file limit beyond all counting", () => {
  const limits = { ...procData().limits, tasks: { used: 9500, max: 10_000 } };
  const proc = procData({ limits, hogs: { tasks: [{ ...processOf(3, "forkbomb"), held: 9000 }] } });
  assert.equal(
    report({ proc }).verdict.text,
    "limit on tasks nearly used up: 9.50 k of 10 k tasks, forkbomb[3] 95 % of tasks",
  );
  assert.equal(rowOf({}, "limits", "files").severity, "ok");
  assert.equal(
    rowOf({ proc: procData({ limits: { ...limits, files: undefined } }) }, "limits", "files").severity,
    "unknown",
  );
});

test("verdict: of equally bad rows the likelier cause first, and the other beside it", () => {
  const { verdict } = report({
    ...cpuReadings(14 * MS, 5000, 35),
    proc: procData({ pressure: pressures({ cpu: 35, memory: 15 }) }),
  });
  assert.match(
    verdict.text,
    /^memory short: some task waits for memory 15 % of the time → memtop; also CPU saturated: run queue/,
  );
  assert.equal(verdict.row?.resource, "memory");
});

test("verdict: a notice beside a warning is not worth the room", () => {
  const { verdict } = report({
    ...cpuReadings(14 * MS, 5000, 35),
    proc: procData({ pressure: pressures({ cpu: 35, memory: 3 }) }),
  });
  assert.match(verdict.text, /^CPU saturated/);
  assert.ok(!verdict.text.includes("also"));
});

test("a row shows its worst number first and is otherwise in its usual order", () => {
  const usual = rowOf({}, "tcp").saturation.map(({ id }) => id);
  const row = rowOf({ proc: procData({ tcp: tcp({ receiveDrops: 500 }) }) }, "tcp").saturation.map(({ id }) => id);
  assert.equal(row[0], "receiveDropsPerSecond");
  assert.deepEqual(
    row.slice(1),
    usual.filter((id) => id !== row[0]),
  );
});

function cpuStat(): NonNullable<ProcData["cpu"]> {
  const { cpu } = procData();
  assert.ok(cpu);
  return cpu;
}

function memory(): NonNullable<ProcData["memory"]> {
  const { memory } = procData();
  assert.ok(memory);
  return memory;
}

function reclaim(): NonNullable<ProcData["reclaim"]> {
  const { reclaim } = procData();
  assert.ok(reclaim);
  return reclaim;
}
