import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { type Socket, connect, createServer } from "node:net";
import path from "node:path";
import { test } from "node:test";
import { buildUseReport } from "../../src/panes/use/build.ts";
import { sched } from "../../src/sources/cpu/sched.ts";
import type { ProcData } from "../../src/sources/proc/data.ts";
import { readHogs } from "../../src/sources/proc/hogs.ts";
import { ProcessNames } from "../../src/sources/proc/names.ts";
import { busyMs } from "../../src/sources/proc/stat.ts";
import { proc } from "../../src/sources/proc/system.ts";
import { type Window, windowOf } from "../../src/sources/source.ts";
import { observe, run, scratch, sleep, workload } from "./harness.ts";

const MIB = 2 ** 20;
const CPU = 1;
const PLENTY_MS = 50;
const hasPsi = existsSync("/proc/pressure/cpu");

const use = (window: Window<ProcData>) => buildUseReport((source) => (source === "proc" ? window : undefined));

test("proc: every part is read on this kernel", async () => {
  const { window } = await observe(proc, () => sleep(50));
  const { hardware: _, hogs: __, pressure, ...parts } = window.newer;
  for (const [part, value] of Object.entries(parts)) assert.notEqual(value, undefined, part);
  assert.equal(pressure !== undefined, hasPsi, "PSI where the kernel has it");
});

test("CPU: a busy loop on one CPU makes that CPU busy, and the row's numbers agree with the time that passed", async () => {
  const { window } = await observe(proc, () => run(workload("spin"), [String(CPU), "1500"]));
  const busy = (data: ProcData) => {
    const cpu = data.cpu?.cpus.find((one) => one.cpu === CPU);
    assert.ok(cpu);
    return busyMs(cpu.times) + cpu.times.stealMs;
  };
  // What the hypervisor takes from the loop is steal, not idle.
  const ms = busy(window.newer) - busy(window.older);
  assert.ok(ms >= 1400 && ms <= window.seconds * 1000 + 50, `${ms} ms busy in ${window.seconds} s`);
  const row = use(window).rows.find((one) => one.resource === "cpu");
  const busiest = row?.utilization.find((metric) => metric.id === "busiestCpuPercent")?.value;
  assert.ok(busiest !== undefined && busiest > 80, `busiest CPU ${busiest} %`);
});

test("disk: direct writes of a known size are in the counters", async () => {
  const file = path.join(scratch(), "image");
  execFileSync("truncate", ["-s", "32M", file]);
  const device = execFileSync("losetup", ["--find", "--show", file]).toString().trim();
  try {
    const name = path.basename(device);
    const { window } = await observe(proc, () =>
      run("dd", ["status=none", "if=/dev/zero", `of=${device}`, "bs=65536", "count=100", "oflag=direct"]),
    );
    const of = (data: ProcData) => data.disks?.find((disk) => disk.disk === name);
    const newer = of(window.newer);
    assert.ok(newer, `${name} is among the disks once it is used`);
    assert.equal(newer.kind, "virtual");
    assert.equal(newer.writeBytes - (of(window.older)?.writeBytes ?? 0), 100 * 65536);
    assert.equal(newer.writes - (of(window.older)?.writes ?? 0), 100);
    assert.ok(use(window).rows.some((row) => row.resource === "disk" && row.instance === name));
  } finally {
    execFileSync("losetup", ["--detach", device]);
  }
});

test("network: a transfer over the loopback is on lo, payload and little more", async () => {
  const bytes = 16 * MIB;
  const { window } = await observe(proc, () => transfer(bytes));
  const of = (data: ProcData) => data.interfaces?.find((one) => one.interface === "lo")?.rxBytes ?? Number.NaN;
  const received = of(window.newer) - of(window.older);
  assert.ok(received >= bytes && received < bytes * 1.1 + MIB, `${received} bytes for ${bytes}`);
  const segments = (data: ProcData) => data.tcp?.segmentsOut ?? Number.NaN;
  assert.ok(segments(window.newer) > segments(window.older));
});

test("TCP: a server that does not accept shows as listen overflows, and TCP is in trouble", async () => {
  const { window } = await observe(proc, () => run(workload("listen_full"), ["8", "1500"]));
  const row = use(window).rows.find((one) => one.resource === "tcp");
  const overflows = (data: ProcData) => data.tcp?.listenOverflows ?? Number.NaN;
  assert.ok(overflows(window.newer) > overflows(window.older));
  assert.ok(row?.severity === "warning" || row?.severity === "critical", row?.severity);
  assert.match(row?.finding ?? "", /^in trouble: listen (overflows|drops) /);
});

test("filesystems: as df has them", async () => {
  const { window } = await observe(proc, () => sleep(10));
  const root = use(window).rows.find((row) => row.resource === "filesystem" && row.instance === "/");
  assert.ok(root, "the root filesystem has a row");
  const [, text = ""] = execFileSync("df", ["--output=pcent", "/"]).toString().trim().split("\n");
  const percent = root.utilization.find((metric) => metric.id === "usedPercent")?.value ?? Number.NaN;
  // df rounds up.
  assert.ok(Math.abs(Number.parseInt(text, 10) - percent) <= 1.01, `df ${text}, here ${percent}`);
});

test("limits: as /proc has them", async () => {
  const { window } = await observe(proc, () => sleep(10));
  const threads = readFileSync("/proc/loadavg", "utf8").split(" ")[3]?.split("/")[1];
  const { tasks, files } = window.newer.limits;
  assert.ok(tasks && files);
  assert.ok(Math.abs(tasks.used - Number(threads)) < 50);
  assert.ok(files.used > 0 && tasks.max <= 4_194_304);
});

test("names: a process that BPF saw has the command line of /proc, and keeps it", async () => {
  const names = new ProcessNames();
  const { window, result: child } = await observe(sched, async () => {
    const child = spawn("sleep", ["1.2345"]);
    await sleep(200);
    return child;
  });
  const id = window.newer.processes.find((process) => process.pid === child.pid);
  assert.ok(id, "sched has seen it");
  const [alive] = names.look([id], PLENTY_MS);
  assert.deepEqual([alive?.comm, alive?.cmdline, alive?.exited], ["sleep", "sleep 1.2345", false]);
  await once(child, "exit");
  const [gone] = names.look([id], PLENTY_MS);
  assert.deepEqual([gone?.cmdline, gone?.exited], ["sleep 1.2345", true]);
});

test("verdict: six busy loops on one CPU are a saturated CPU, and they are the suspects", async () => {
  await proc.attach();
  const older = proc.read();
  const { window: schedWindow } = await observe(sched, () =>
    Promise.all(Array.from({ length: 6 }, () => run(workload("spin"), [String(CPU), "2000"]))),
  );
  const procWindow = windowOf(older, proc.read());
  proc.detach();
  const windows = new Map<string, Window<unknown> | undefined>([
    ["sched", schedWindow],
    ["proc", procWindow],
  ]);
  const { verdict } = buildUseReport((source) => windows.get(source));
  assert.match(
    verdict.text,
    /^CPU saturated: run queue [\d.]+ ms p99, (some task waits \d+ % of the time, )?.* → runqlat/,
  );
  const spin = verdict.row?.suspects.find(({ process }) => process.comm === "spin");
  assert.match(spin?.share ?? "", /^\d+ % of CPU demand with 5 more of its name$/);
});

test("hogs: this process with 300 MB, its threads and 300 open files is among those that hold most", async () => {
  const ballast = Buffer.alloc(300 * MIB, 1);
  const files = Array.from({ length: 300 }, () => openSync("/dev/null", "r"));
  try {
    for (const [scarce, least] of [
      ["memory", ballast.length],
      ["files", files.length],
      ["tasks", 2],
    ] as const) {
      const hogs = await readHogs(scarce);
      assert.deepEqual(
        hogs,
        hogs.toSorted((a, b) => b.held - a.held),
        "the largest first",
      );
      const mine = hogs.find((hog) => hog.pid === process.pid);
      assert.ok(mine && mine.held >= least, `${scarce}: ${JSON.stringify(hogs)}`);
      assert.equal(new ProcessNames().look([mine], PLENTY_MS)[0]?.exited, false, "the same process by its start");
    }
  } finally {
    for (const fd of files) closeSync(fd);
  }
});

/** Sends bytes over a TCP connection of this machine to itself, and waits until all have arrived. */
async function transfer(bytes: number): Promise<void> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const accepted = once(server, "connection");
  const client = connect(address.port, "127.0.0.1");
  const [receiver] = (await accepted) as [Socket];
  let received = 0;
  receiver.on("data", (data) => {
    received += data.length;
  });
  client.end(Buffer.alloc(bytes));
  await once(receiver, "end");
  server.close();
  assert.equal(received, bytes);
}
