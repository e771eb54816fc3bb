import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { parseIo } from "../../src/sources/proc/io.ts";
import { parseDiskstats } from "../../src/sources/proc/diskstats.ts";
import { bitsPerSecond } from "../../src/sources/proc/links.ts";
import { parseFileNr, parseThreads, readLimits } from "../../src/sources/proc/limits.ts";
import { parseMeminfo, parseVmstat } from "../../src/sources/proc/memory.ts";
import { fillableMounts, parseMounts } from "../../src/sources/proc/mounts.ts";
import { parseNetDev } from "../../src/sources/proc/netDev.ts";
import { parsePressure } from "../../src/sources/proc/pressure.ts";
import { parseSoftnet } from "../../src/sources/proc/softnet.ts";
import { busyMs, idleMs, parseStat } from "../../src/sources/proc/stat.ts";
import { procSource } from "../../src/sources/proc/system.ts";
import { parseCounters, parseTcp } from "../../src/sources/proc/tcp.ts";

const RECORDED = path.join(import.meta.dirname, "../fixtures/proc/6.18");

function copyOfRecorded(): string {
  const root = mkdtempSync(path.join(tmpdir(), "bpftop-proc-"));
  after(() => rmSync(root, { recursive: true, force: true }));
  cpSync(RECORDED, root, { recursive: true });
  return root;
}

async function readOnce(root: string) {
  const source = procSource(root);
  await source.attach();
  const { state, data } = source.read();
  source.detach();
  assert.ok(data);
  return { state, data };
}

test("a recorded machine, whole", async () => {
  const { state, data } = await readOnce(RECORDED);
  assert.equal(state.kind, "live");
  assert.equal(data.cpu?.cpus.length, 2);
  assert.ok(data.memory && data.memory.availableBytes < data.memory.totalBytes);
  assert.deepEqual(
    data.disks?.map(({ disk, kind }) => [disk, kind]),
    [["vda", "disk"]],
    "no partition, no loop without a file",
  );
  assert.deepEqual(
    data.interfaces?.map((stats) => stats.interface),
    ["lo", "ifb0", "ifb1", "eth0"],
  );
  assert.ok(data.tcp && data.tcp.segmentsOut > 0);
  assert.equal(data.links?.find((link) => link.interface === "eth0")?.physical, true);
  assert.equal(data.links?.find((link) => link.interface === "eth0")?.bitsPerSecond, undefined, "virtio says -1");
  assert.deepEqual(data.limits.conntrack?.max, 262144);
  assert.deepEqual(data.hogs, {});
});

test("files that are absent are missing words, not zeros and no failure", async () => {
  const root = copyOfRecorded();
  for (const gone of ["proc/pressure", "proc/net", "proc/vmstat", "sys"])
    rmSync(path.join(root, gone), { recursive: true });
  const { state, data } = await readOnce(root);
  assert.ok(state.kind === "degraded");
  assert.deepEqual(state.missing, [
    "swapping and reclaim",
    "pressure stall times (needs PSI: boot with psi=1)",
    "disk counters",
    "network interface counters",
    "TCP counters",
    "drops before the network stack",
    "link speeds",
  ]);
  assert.ok(!state.coverage.via.includes("/proc/vmstat") && state.coverage.via.includes("/proc/stat"));
  for (const part of ["pressure", "interfaces", "tcp", "reclaim", "disks", "links"] as const)
    assert.equal(data[part], undefined, part);
  assert.ok(data.cpu, "what is there is read");
});

test("an attached source that is detached has no data, and another attach begins anew", async () => {
  const source = procSource(RECORDED);
  assert.deepEqual([source.read().state.kind, source.read().data], ["off", undefined]);
  await source.attach();
  assert.equal(source.read().state.kind, "live");
  source.detach();
  assert.deepEqual([source.read().state.kind, source.read().data], ["off", undefined]);
  await source.attach();
  assert.ok(source.read().data);
});

test("stat: a CPU that is offline has no line; its number is not given to another", () => {
  const text = [
    "cpu  300 0 100 1000 50 0 0 25 10 0",
    "cpu0 100 0 50 500 25 0 0 5 0 0",
    "cpu3 200 0 50 500 25 0 0 20 10 0",
    "intr 12345 0 0",
    "ctxt 999",
    "btime 1700000000",
    "processes 77",
    "procs_running 3",
    "procs_blocked 1",
    "softirq 4242 1 2 3",
  ].join("\n");
  const stat = parseStat(text);
  assert.ok(stat);
  assert.deepEqual(
    stat.cpus.map(({ cpu }) => cpu),
    [0, 3],
  );
  assert.deepEqual([busyMs(stat.total), idleMs(stat.total), stat.total.stealMs], [4000, 10_500, 250]);
  assert.deepEqual([stat.contextSwitches, stat.forks, stat.running, stat.blocked], [999, 77, 3, 1]);
  assert.equal(parseStat("nonsense"), undefined);
});

test("meminfo and vmstat: bytes, all zones of allocstall, kernels without oom_kill", () => {
  const memory = parseMeminfo("MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 400 kB\nSwapTotal: 0 kB\n");
  assert.deepEqual([memory?.totalBytes, memory?.availableBytes, memory?.swapTotalBytes], [1024_000, 409_600, 0]);
  assert.equal(parseMeminfo("MemTotal: 1000 kB\n"), undefined, "no estimate of what is available");

  const zones =
    "pswpin 3\npswpout 5\nallocstall_dma 1\nallocstall_normal 2\nallocstall_movable 4\npgmajfault 9\noom_kill 1\n";
  assert.deepEqual(parseVmstat(zones, 4096), {
    swapInBytes: 3 * 4096,
    swapOutBytes: 5 * 4096,
    directReclaims: 7,
    majorFaults: 9,
    oomKills: 1,
  });
  assert.equal(parseVmstat("pswpin 3\npswpout 5\nallocstall 6\n", 65536)?.directReclaims, 6);
  assert.equal(parseVmstat("pswpin 3\npswpout 5\n", 4096)?.oomKills, undefined);
  assert.equal(parseVmstat("pgmajfault 1\n", 4096), undefined);
});

test("diskstats: sectors of 512 bytes, short lines of old kernels, odd names", () => {
  const [vda, cciss, old] = parseDiskstats(
    [
      " 254       0 vda 10 1 16 7 20 2 32 9 3 11 25 4 0 64 8 5 6",
      " 104       0 cciss/c0d0 1 0 8 2 1 0 8 2 0 4 4",
      "   8       1 sda1 1 2 3 4",
    ].join("\n"),
  );
  assert.ok(vda);
  assert.deepEqual(
    [vda.reads, vda.readBytes, vda.readMs, vda.writes, vda.writeBytes, vda.writeMs],
    [10, 8192, 7, 20, 16384, 9],
  );
  assert.deepEqual([vda.inFlight, vda.busyMs, vda.queueMs], [3, 11, 25]);
  assert.deepEqual([vda.discards, vda.discardBytes, vda.discardMs, vda.flushes, vda.flushMs], [4, 32768, 8, 5, 6]);
  assert.deepEqual([cciss?.disk, cciss?.discards], ["cciss/c0d0", 0]);
  assert.equal(old, undefined);
});

test("block devices: partitions, hidden paths and empty drives are no disks; stacks, loops and drives are known as such", async () => {
  const root = copyOfRecorded();
  const names = ["nvme0n1", "nvme0n1p1", "nvme0c0n1", "cciss/c0d0", "dm-0", "loop7", "loop8", "sr0", "sdb"];
  const numbers: Record<string, number> = { sr0: 11 };
  writeFileSync(
    path.join(root, "proc/diskstats"),
    names.map((name) => `${numbers[name] ?? 259} 0 ${name} ${name === "loop8" ? 0 : 1} 0 8 1 0 0 0 0 0 1 1`).join("\n"),
  );
  const block = (name: string, files: Record<string, string>) => {
    for (const [file, content] of Object.entries({ size: "100\n", ...files })) {
      mkdirSync(path.dirname(path.join(root, "sys/block", name, file)), { recursive: true });
      writeFileSync(path.join(root, "sys/block", name, file), content);
    }
  };
  block("nvme0n1", { "device/model": "" });
  block("nvme0c0n1", { "device/model": "", hidden: "1\n" });
  block("cciss!c0d0", { "device/model": "" });
  block("dm-0", { "slaves/nvme0n1": "" });
  block("loop7", {});
  block("loop8", {});
  block("sr0", { "device/model": "" });
  block("sdb", { "device/model": "", size: "0\n" });
  const { data } = await readOnce(root);
  assert.deepEqual(
    data.disks?.map(({ disk, kind }) => [disk, kind]),
    [
      ["nvme0n1", "disk"],
      ["cciss/c0d0", "disk"],
      ["dm-0", "stacked"],
      ["loop7", "virtual"],
      ["sr0", "removable"],
    ],
  );
});

test("net/dev: no space after the colon, an alias, a name of odd characters", () => {
  const text = [
    "Inter-|   Receive                                                |  Transmit",
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed",
    "  eth0:1234567890123 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
    "eth0:1: 1 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0",
    "br-é$%: 1 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0",
  ].join("\n");
  const [eth0, alias, odd] = parseNetDev(text);
  assert.deepEqual(eth0, {
    ...{
      interface: "eth0",
      rxBytes: 1234567890123,
      rxPackets: 2,
      rxErrors: 3,
      rxDropped: 4,
      rxOverruns: 5,
      rxFrameErrors: 6,
    },
    ...{ txBytes: 9, txPackets: 10, txErrors: 11, txDropped: 12, txOverruns: 13, collisions: 14, carrierErrors: 15 },
  });
  assert.deepEqual([alias?.interface, odd?.interface], ["eth0:1", "br-é$%"]);
});

test("links: a speed that is not known is not a number", () => {
  assert.deepEqual(["1000", "-1", "4294967295", "0", "", undefined].map(bitsPerSecond), [
    1e9,
    ...Array(5).fill(undefined),
  ]);
});

test("TCP: counters by their names, whatever columns a kernel has; one it does not have is undefined", () => {
  const snmp = "Ip: A B\nIp: 1 2\nTcp: RetransSegs MaxConn OutSegs CurrEstab\nTcp: 7 -1 100 3\n";
  const netstat = "TcpExt: ListenDrops TCPTimeouts TCPBacklogDrop\nTcpExt: 4 5 6\n";
  const tcp = parseTcp(snmp, netstat);
  assert.ok(tcp);
  assert.deepEqual([tcp.retransmits, tcp.segmentsOut, tcp.established], [7, 100, 3]);
  assert.deepEqual([tcp.listenDrops, tcp.timeouts, tcp.receiveDrops, tcp.listenOverflows], [4, 5, 6, undefined]);
  assert.equal(parseTcp("Ip: A\nIp: 1\n", netstat), undefined);
  assert.equal(parseTcp(snmp, "")?.receiveDrops, undefined);
  assert.equal(parseCounters(snmp).get("Tcp")?.get("MaxConn"), -1);
});

test("softnet: hexadecimal, all CPUs together", () => {
  assert.deepEqual(parseSoftnet("000000ff 00000001 00000010 0\n00000001 00000002 00000000 0\n"), {
    packets: 256,
    dropped: 3,
    squeezed: 16,
  });
  assert.equal(parseSoftnet(""), undefined);
});

test("pressure: totals; no `full` line for CPU on older kernels; nothing where PSI is off", () => {
  assert.deepEqual(parsePressure("some avg10=1.00 avg60=0.00 avg300=0.00 total=27714505\n"), {
    someUs: 27714505,
    fullUs: undefined,
  });
  const both =
    "some avg10=0.01 avg60=2.01 avg300=1.61 total=11640910\nfull avg10=0.00 avg60=1.66 avg300=1.35 total=10221344\n";
  assert.deepEqual(parsePressure(both), { someUs: 11640910, fullUs: 10221344 });
  assert.equal(parsePressure(""), undefined);
});

test("limits: the lower of pid_max and threads-max; no conntrack, no row; a limit beyond all counting", () => {
  assert.equal(parseThreads("0.37 0.31 0.12 1/97 26959\n"), 97);
  assert.deepEqual(parseFileNr("555\t0\t9223372036854775807\n"), { used: 555, max: 2 ** 63 });
  const root = copyOfRecorded();
  rmSync(path.join(root, "proc/sys/net"), { recursive: true });
  const limits = readLimits(root);
  assert.equal(limits.tasks?.max, 32768);
  assert.equal(limits.conntrack, undefined);
});

test("mounts: one for each filesystem that can fill; odd characters; what is mounted over is not seen", () => {
  const mounts = parseMounts(
    [
      "27 1 8:1 / / rw,relatime shared:1 master:2 - ext4 /dev/sda1 rw",
      "28 27 8:1 /var/lib/x /srv/bind rw - ext4 /dev/sda1 rw",
      "29 27 0:40 /@home /home rw - btrfs /dev/sdb1 rw,subvol=/@home",
      "30 27 0:41 /@ /mnt/pool/very/deep rw - btrfs /dev/sdb1 rw,subvol=/@",
      "31 27 7:3 / /snap/core ro - squashfs /dev/loop3 ro",
      "32 27 8:17 / /mnt/read\\040only rw - ext4 /dev/sdb2 ro",
      "33 27 8:18 / /mnt/with\\040space\\134 rw - xfs /dev/sdc1 rw",
      "34 27 0:50 / /mnt/nfs rw - nfs4 server:/export rw",
      "35 27 0:51 / /mnt/fuse rw - fuse.sshfs host: rw",
      "36 27 0:52 / /tmp rw - tmpfs tmpfs rw",
      "37 27 0:53 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw",
      "38 27 8:19 / /data rw - xfs /dev/sdd1 rw",
      "39 38 0:54 / /data rw - nfs4 server:/data rw",
      "40 27 0:60 / /tank rw - zfs tank rw",
      "41 27 0:61 / /tank/data rw - zfs tank/data rw",
      "garbage",
    ].join("\n"),
  );
  assert.deepEqual(
    fillableMounts(mounts).map((mount) => mount.path),
    ["/", "/home", "/mnt/with space\\", "/tank", "/tmp"],
  );
  const container = parseMounts("1 0 0:99 / / rw - overlay overlay rw\n2 1 8:1 /x /etc/hosts rw - ext4 /dev/sda1 rw");
  assert.ok(fillableMounts(container).some((mount) => mount.path === "/"));
});

test("/proc/PID/io: bytes from and to storage; nothing where the process is gone", () => {
  const text =
    "rchar: 9\nwchar: 9\nsyscr: 1\nsyscw: 1\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 1\n";
  const stat = `42 (a (b) c) S 1 ${Array.from({ length: 48 }, (_, i) => i).join(" ")}`;
  const found = parseIo(text, stat);
  assert.deepEqual([found?.pid, found?.comm, found?.readBytes, found?.writeBytes], [42, "a (b) c", 4096, 8192]);
  assert.equal(parseIo(text, ""), undefined);
  assert.equal(parseIo("", stat), undefined);
});
