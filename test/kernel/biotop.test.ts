import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { biotop } from "../../src/panes/disk/biotop.ts";
import { type BlockData, type BlockUser, block } from "../../src/sources/disk/block.ts";
import { count } from "../../src/sources/hist.ts";
import type { Window } from "../../src/sources/source.ts";
import { observe, run, scratch } from "./harness.ts";

const MIB = 1 << 20;

/** A disk of our own: a loop device over a file, so that nobody else's I/O is on it. */
function loopDisk(bytes: number): { device: string; name: string; file: string } {
  const file = path.join(scratch(), "disk");
  writeFileSync(file, "");
  truncateSync(file, bytes);
  const device = execFileSync("losetup", ["--find", "--show", "--direct-io=off", file]).toString().trim();
  after(() => execFileSync("losetup", ["--detach", device]));
  return { device, name: path.basename(device), file };
}

const dd = (...args: string[]) => run("dd", ["status=none", ...args]);

function rowsOn(window: Window<BlockData>, disk: string): readonly BlockUser[] {
  return biotop.rows(window).filter((row) => row.disk === disk);
}

function diskDelta(window: Window<BlockData>, name: string) {
  const of = (data: BlockData) => data.disks.find((disk) => disk.disk === name);
  const newer = of(window.newer);
  assert.ok(newer, `${name} is among the disks`);
  const older = of(window.older);
  const minus = (
    key: "reads" | "writes" | "readBytes" | "writeBytes" | "errors" | "discards" | "flushes" | "unowned",
  ) => newer[key] - (older?.[key] ?? 0);
  return { minus, newer };
}

/** The kernel's own count of finished requests: /proc/diskstats, sectors of 512 bytes. */
function diskstats(name: string) {
  const line = readFileSync("/proc/diskstats", "utf8")
    .split("\n")
    .find((text) => text.trim().split(/\s+/)[2] === name);
  const [reads = 0, , sectorsRead = 0, , writes = 0, , sectorsWritten = 0] = (line ?? "")
    .trim()
    .split(/\s+/)
    .slice(3)
    .map(Number);
  return { reads, writes, readBytes: sectorsRead * 512, writeBytes: sectorsWritten * 512 };
}

test("biotop: 23 direct writes and 17 direct reads of one process, to the byte", async () => {
  const { device, name } = loopDisk(64 * MIB);
  const before = diskstats(name);
  const { window, result } = await observe(block, async () => {
    const writer = await dd("if=/dev/zero", `of=${device}`, "bs=12288", "count=23", "oflag=direct");
    const reader = await dd(`if=${device}`, "of=/dev/null", "bs=65536", "count=17", "iflag=direct");
    return { writer, reader };
  });
  const after = diskstats(name);
  const rows = rowsOn(window, name);

  const wrote = rows.find((row) => row.pid === result.writer.pid);
  assert.ok(wrote, "the writer has a row");
  assert.deepEqual([wrote.comm, wrote.writes, wrote.writeBytes], ["dd", 23, 23 * 12288]);
  const read = rows.find((row) => row.pid === result.reader.pid);
  assert.ok(read, "the reader has a row");
  assert.deepEqual([read.reads, read.readBytes, read.writes], [17, 17 * 65536, 0]);
  assert.ok(read.latencyNs > 0 && read.latencyNs >= read.queueNs);

  const { minus, newer } = diskDelta(window, name);
  for (const key of ["reads", "writes", "readBytes", "writeBytes"] as const) {
    assert.equal(minus(key), after[key] - before[key], `${key} as in /proc/diskstats`);
  }
  assert.equal(count(newer.service), minus("reads") + minus("writes") - minus("unowned"));
  assert.equal(window.lost, 0);
});

test("biotop: four fio jobs at once, as fio and /proc/diskstats count them", async () => {
  const { device, name } = loopDisk(64 * MIB);
  const before = diskstats(name);
  const { window, result } = await observe(block, () =>
    run("fio", [
      ...["--name=mixed", `--filename=${device}`, "--rw=randrw", "--bs=4k", "--direct=1", "--ioengine=psync"],
      ...["--numjobs=4", "--number_ios=500", "--size=16m", "--output-format=json", "--randseed=23"],
    ]),
  );
  const after = diskstats(name);
  const jobs: readonly { read: { total_ios: number }; write: { total_ios: number } }[] = JSON.parse(result.stdout).jobs;
  const rows = rowsOn(window, name).filter((row) => row.comm === "fio");
  const total = (key: "reads" | "writes") => rows.reduce((sum, row) => sum + row[key], 0);
  assert.equal(
    total("writes"),
    jobs.reduce((sum, job) => sum + job.write.total_ios, 0),
  );
  assert.equal(
    total("reads"),
    jobs.reduce((sum, job) => sum + job.read.total_ios, 0),
  );
  const { minus } = diskDelta(window, name);
  for (const key of ["reads", "writes", "readBytes", "writeBytes"] as const) {
    assert.equal(minus(key), after[key] - before[key], `${key} as in /proc/diskstats`);
  }
});

test("biotop: buffered writes and fsync agree with /proc/diskstats for the whole disk", async () => {
  const { device, name } = loopDisk(64 * MIB);
  const before = diskstats(name);
  const { window } = await observe(block, () => dd("if=/dev/zero", `of=${device}`, "bs=1M", "count=8", "conv=fsync"));
  const after = diskstats(name);
  const { minus } = diskDelta(window, name);
  assert.equal(minus("writeBytes"), 8 * MIB);
  for (const key of ["reads", "writes", "readBytes", "writeBytes"] as const) {
    assert.equal(minus(key), after[key] - before[key], `${key} as in /proc/diskstats`);
  }
});

test("biotop: a request that fails is an error of its process and of the disk", async () => {
  const { device, name, file } = loopDisk(8 * MIB);
  truncateSync(file, 4 * MIB);
  const { window } = await observe(block, async () => {
    await assert.rejects(dd(`if=${device}`, "of=/dev/null", "bs=4096", "skip=1500", "count=1", "iflag=direct"));
  });
  const rows = rowsOn(window, name).filter((row) => row.comm === "dd");
  assert.equal(
    rows.reduce((sum, row) => sum + row.errors, 0),
    1,
  );
  assert.equal(diskDelta(window, name).minus("errors"), 1);
});
