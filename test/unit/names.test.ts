import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { cgroupOf, containerOf } from "../../src/sources/proc/container.ts";
import { ProcessNames } from "../../src/sources/proc/names.ts";
import { isSame, parseTask } from "../../src/sources/proc/task.ts";
import type { ProcessId } from "../../src/sources/process.ts";

const PLENTY_MS = 1000;
const KERNEL_THREAD = 0x0020_0000;
const ID = "0123456789abcdef".repeat(4);

interface Fake {
  readonly pid: number;
  readonly comm: string;
  readonly startTicks: number;
  readonly cmdline?: string;
  readonly state?: string;
  readonly flags?: number;
  readonly cgroup?: string;
}

/** A /proc of our own, whose processes come and go as the test likes. */
function fakeProc() {
  const root = mkdtempSync(path.join(tmpdir(), "bpftop-names-"));
  after(() => rmSync(root, { recursive: true, force: true }));
  const dir = (pid: number) => path.join(root, "proc", String(pid));
  return {
    root,
    start({ pid, comm, startTicks, cmdline = "", state = "S", flags = 0, cgroup = "0::/\n" }: Fake): ProcessId {
      mkdirSync(dir(pid), { recursive: true });
      const before = `1 1 1 0 -1 ${flags} 0 0 0 0 0 0 0 0 20 0 1 0`;
      writeFileSync(path.join(dir(pid), "stat"), `${pid} (${comm}) ${state} ${before} ${startTicks} 0 0\n`);
      writeFileSync(path.join(dir(pid), "cmdline"), cmdline);
      writeFileSync(path.join(dir(pid), "cgroup"), cgroup);
      return { pid, startMs: startTicks * 10 + 7, comm };
    },
    exit: (pid: number) => rmSync(dir(pid), { recursive: true }),
  };
}

test("a process has its command line and container, and keeps them after it has exited", () => {
  const proc = fakeProc();
  const cgroup = `0::/system.slice/docker-${ID}.scope\n`;
  const id = proc.start({ pid: 42, comm: "nginx", startTicks: 100, cmdline: "nginx\0-g\0daemon off;\0", cgroup });
  const names = new ProcessNames(proc.root);
  const alive = {
    ...id,
    cmdline: "nginx -g daemon off;",
    cgroup: `system.slice/docker-${ID}.scope`,
    container: "0123456789ab",
    exited: false,
  };
  assert.deepEqual(names.look([id], PLENTY_MS), [alive]);
  proc.exit(42);
  assert.deepEqual(names.look([id], PLENTY_MS), [{ ...alive, exited: true }]);
  assert.deepEqual(names.look([id], PLENTY_MS), [{ ...alive, exited: true }]);
});

test("a PID that has passed to another process does not give its name to the first", () => {
  const proc = fakeProc();
  const first = proc.start({ pid: 42, comm: "first", startTicks: 100, cmdline: "first\0" });
  const names = new ProcessNames(proc.root);
  names.look([first], PLENTY_MS);
  const second = proc.start({ pid: 42, comm: "second", startTicks: 200, cmdline: "second\0" });
  const [of1, of2] = names.look([first, second], PLENTY_MS);
  assert.deepEqual([of1?.cmdline, of1?.exited], ["first", true]);
  assert.deepEqual([of2?.cmdline, of2?.exited], ["second", false]);

  const gone: ProcessId = { pid: 42, startMs: 1500, comm: "brief" };
  const [unseen] = names.look([gone], PLENTY_MS);
  assert.deepEqual(unseen, { ...gone, cmdline: undefined, cgroup: undefined, container: undefined, exited: true });
});

test("after exec a process has its new name", () => {
  const proc = fakeProc();
  const id = proc.start({ pid: 42, comm: "sh", startTicks: 100, cmdline: "sh\0-c\0dd\0" });
  const names = new ProcessNames(proc.root);
  names.look([id], PLENTY_MS);
  proc.start({ pid: 42, comm: "dd", startTicks: 100, cmdline: "dd\0if=/dev/zero\0" });
  const [name] = names.look([id], PLENTY_MS);
  assert.deepEqual([name?.comm, name?.cmdline], ["dd", "dd if=/dev/zero"]);
});

test("kernel threads have no command line; a process stuck in the kernel is asked for it later", () => {
  const proc = fakeProc();
  const kworker = proc.start({ pid: 7, comm: "kworker/0:1", startTicks: 1, flags: KERNEL_THREAD });
  const stuck = proc.start({ pid: 8, comm: "cp", startTicks: 2, cmdline: "cp\0a\0", state: "D" });
  const names = new ProcessNames(proc.root);
  const [first, second] = names.look([kworker, stuck], PLENTY_MS);
  assert.deepEqual(
    [first?.cmdline, first?.exited, second?.cmdline, second?.exited],
    [undefined, false, undefined, false],
  );
  proc.start({ pid: 8, comm: "cp", startTicks: 2, cmdline: "cp\0a\0", state: "S" });
  assert.equal(names.look([kworker, stuck], PLENTY_MS)[1]?.cmdline, "cp a");
});

test("a zombie has exited; PID 0 is no process", () => {
  const proc = fakeProc();
  const zombie = proc.start({ pid: 9, comm: "z", startTicks: 3, state: "Z" });
  const [name, ...more] = new ProcessNames(proc.root).look(
    [{ pid: 0, startMs: 0, comm: "swapper" }, zombie],
    PLENTY_MS,
  );
  assert.deepEqual([name?.pid, name?.exited, more.length], [9, true, 0]);
});

test("what does not fit into the budget follows with the next calls", () => {
  const proc = fakeProc();
  const ids = Array.from({ length: 300 }, (_, i) =>
    proc.start({ pid: i + 1, comm: "p", startTicks: i, cmdline: `p\0${i}\0` }),
  );
  const names = new ProcessNames(proc.root);
  const begin = performance.now();
  const first = names.look(ids, 1).length;
  assert.ok(performance.now() - begin < 50, "it stops in time");
  assert.ok(first < ids.length);
  for (let i = 0; i < 300 && names.look(ids, 1).length < ids.length; i++);
  assert.equal(names.look(ids, 1).length, ids.length);
});

test("names that nobody asks for go first when there are too many", () => {
  const proc = fakeProc();
  const ids = Array.from({ length: 30 }, (_, i) =>
    proc.start({ pid: i + 1, comm: "p", startTicks: i, cmdline: "p\0" }),
  );
  const names = new ProcessNames(proc.root, 10);
  names.look(ids.slice(0, 10), PLENTY_MS);
  names.look([...ids.slice(0, 5), ...ids.slice(10, 15)], PLENTY_MS);
  for (const { pid } of ids) proc.exit(pid);
  const kept = names.look(ids.slice(0, 15), PLENTY_MS).filter((name) => name.cmdline === "p");
  assert.deepEqual(
    kept.map((name) => name.pid),
    [1, 2, 3, 4, 5, 11, 12, 13, 14, 15],
  );
});

test("stat: a name of brackets, spaces and newlines", () => {
  const task = parseTask(`42 (a) b (c\n) R 1 1 1 0 -1 ${KERNEL_THREAD} 0 0 0 0 0 0 0 0 20 0 1 0 4711 0`);
  assert.deepEqual(task, { pid: 42, comm: "a) b (c\n", state: "R", kernel: true, startMs: 47_110 });
  assert.equal(parseTask(""), undefined);
  assert.equal(parseTask("42 (short) R 1"), undefined);
});

test("the same start: to the tick of /proc, and across the 49 days that BPF's 32 bits hold", () => {
  const task = (startMs: number) => ({ pid: 1, comm: "x", state: "S", kernel: false, startMs });
  const seen = (startMs: number) => ({ pid: 1, comm: "x", startMs });
  assert.ok(isSame(seen(1000), task(1000)) && isSame(seen(1009), task(1000)));
  assert.ok(!isSame(seen(1010), task(1000)) && !isSame(seen(999), task(1000)));
  // 2^32 ms is 6 ms into its tick.
  assert.ok(isSame(seen(0), task(2 ** 32 - 6)) && isSame(seen(3), task(2 ** 32 - 6)));
  assert.ok(!isSame(seen(4), task(2 ** 32 - 6)));
});

test("containers by their control group", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    [`docker/${ID}`, "0123456789ab"],
    [`system.slice/docker-${ID}.scope`, "0123456789ab"],
    [`system.slice/docker-${ID}.scope/init.scope`, "0123456789ab"],
    [`machine.slice/libpod-${ID}.scope/container`, "0123456789ab"],
    [
      `kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1c0e4a7b_1f2e_4a3b_9c8d_0123456789ab.slice/cri-containerd-${ID}.scope`,
      "0123456789ab",
    ],
    [`kubepods/burstable/pod1c0e4a7b-1f2e-4a3b-9c8d-0123456789ab/${ID}`, "0123456789ab"],
    [`kubepods.slice/kubepods-pod1c0e4a7b_1f2e_4a3b_9c8d_0123456789ab.slice/crio-${ID}.scope`, "0123456789ab"],
    [
      `system.slice/containerd.service/kubepods-pod1c0e4a7b_1f2e_4a3b_9c8d_0123456789ab.slice:cri-containerd:${ID}`,
      "0123456789ab",
    ],
    ["kubepods/burstable/pod1c0e4a7b-1f2e-4a3b-9c8d-0123456789ab", "pod 1c0e4a7b"],
    [`docker/${ID}/docker/${"f".repeat(64)}`, "ffffffffffff"],
    ["lxc.payload.web/system.slice/ssh.service", "web"],
    ["lxc/web/init.scope", "web"],
    ["lxc.monitor.web", undefined],
    ["machine.slice/systemd-nspawn@build.service/payload", "build"],
    ["machine.slice/machine-qemu\\x2d1\\x2dvm.scope", "qemu-1-vm"],
    ["system.slice/ssh.service", undefined],
    ["user.slice/user-1000.slice/session-3.scope", undefined],
    ["", undefined],
  ];
  for (const [cgroup, container] of cases) assert.equal(containerOf(cgroup), container, cgroup);
});

test("cgroup: version 2, else the memory or systemd hierarchy of version 1", () => {
  assert.equal(cgroupOf("0::/system.slice/a.service\n"), "system.slice/a.service");
  assert.equal(cgroupOf("9:name=systemd:/sd\n5:cpu,memory:/mem\n0::/\n"), "mem");
  assert.equal(cgroupOf("9:name=systemd:/sd\n5:memory:/\n"), "sd");
  assert.equal(cgroupOf("0::/\n"), "");
  assert.equal(cgroupOf("0::/with:colon\n"), "with:colon");
  assert.equal(cgroupOf(""), undefined);
});
