import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { type OffcpuStack, offcpu } from "../../src/sources/cpu/offcpu.ts";
import { type ProfStack, prof } from "../../src/sources/cpu/prof.ts";
import type { Frame } from "../../src/sources/symbols/frame.ts";
import { run, scratch, sleep, start, unpreempted, workload } from "./harness.ts";

const HZ = 99;

async function sampled(pid: number | undefined, work: () => Promise<unknown>, hz = HZ): Promise<readonly ProfStack[]> {
  await prof.focus({ pid, hz });
  await prof.attach();
  try {
    await work();
    const { data, state, lost } = prof.read();
    assert.ok(data, JSON.stringify(state));
    // Two stacks of the machine's may meet in the kernel's table: one of them is lost, and counted.
    assert.ok(lost <= Math.max(2, 0.01 * total(data.stacks)), `${lost} lost`);
    return data.stacks;
  } finally {
    prof.detach();
  }
}

async function waited(pid: number, work: () => Promise<unknown>): Promise<readonly OffcpuStack[]> {
  await offcpu.focus({ pid, hz: HZ });
  await offcpu.attach();
  try {
    await work();
    let { data, state, lost } = offcpu.read();
    assert.ok(data, JSON.stringify(state));
    // The kernel's own names are read aside, which takes its time on an emulated machine.
    const isNamed = () => data?.stacks.some(({ kernel }) => kernel.some(({ unresolved }) => unresolved === undefined));
    for (let tries = 0; tries < 600 && data.stacks.length > 0 && !isNamed(); tries++) {
      await sleep(100);
      ({ data, state, lost } = offcpu.read());
      assert.ok(data, JSON.stringify(state));
    }
    // An interrupt that wakes somebody just while this CPU records another wakeup goes by: it is counted as lost.
    const all = data.stacks.reduce((sum, { waits }) => sum + waits, 0);
    assert.ok(lost <= Math.max(2, 0.01 * all), `${lost} lost of ${all}`);
    return data.stacks;
  } finally {
    offcpu.detach();
  }
}

const total = (stacks: readonly ProfStack[]) => stacks.reduce((sum, stack) => sum + stack.samples, 0);
const has = (frames: readonly Frame[], name: string | RegExp) =>
  frames.some((frame) => (typeof name === "string" ? frame.name === name : name.test(frame.name)));

/** The innermost frame in user space that most samples fell into. */
function hottest(stacks: readonly ProfStack[]): string | undefined {
  const byName = new Map<string, number>();
  for (const { user, samples } of stacks) {
    const name = user[0]?.name ?? "";
    byName.set(name, (byName.get(name) ?? 0) + samples);
  }
  return [...byName].sort((a, b) => b[1] - a[1])[0]?.[0];
}

test("on-CPU: a C function that burns is the hottest frame, called by main", async () => {
  const burn = start(workload("burn"), ["30000"]);
  const stacks = await sampled(burn.pid, () => sleep(1500));
  assert.equal(hottest(stacks), "burn_in_here");
  const inside = stacks.filter((stack) => stack.user[0]?.name === "burn_in_here");
  assert.ok(total(inside) > 0.9 * total(stacks), `${total(inside)} of ${total(stacks)}`);
  assert.ok(inside.every((stack) => stack.thread === "burn" && stack.pid === burn.pid));
  // In its first instructions a function has no frame yet, and its caller is left out.
  assert.ok(total(inside.filter((stack) => has(stack.user, "main"))) > 0.9 * total(inside));
});

test("on-CPU: samples are frequency × time on CPU", async () => {
  const burn = start("taskset", ["-c", "1", workload("burn"), "30000"]);
  const cpuMs = () => {
    const [cpuNs = 0] = readFileSync(`/proc/${burn.pid}/schedstat`, "utf8").split(" ").map(Number);
    return cpuNs / 1e6;
  };
  await sleep(100);
  // One right after the other, so that nothing that holds up this test counts on one side alone.
  const look = () => [total(prof.read().data?.stacks ?? []), cpuMs()] as const;
  let [samples, ran] = [0, 0];
  await sampled(burn.pid, async () => {
    const [samplesBefore, ranBefore] = look();
    await sleep(2000);
    const [samplesAfter, ranAfter] = look();
    [samples, ran] = [samplesAfter - samplesBefore, ranAfter - ranBefore];
  });
  const expected = (HZ * ran) / 1000;
  assert.ok(Math.abs(samples - expected) <= 0.05 * expected + 3, `${samples} samples, expected ${expected}`);
});

test("on-CPU: in a stripped program a function is told by where it begins, and why it has no name", async () => {
  const stripped = path.join(scratch(), "stripped");
  execFileSync("strip", ["-o", stripped, workload("burn")]);
  const symbols = execFileSync("nm", [workload("burn")]).toString();
  const [, begin = ""] = /^0*([0-9a-f]+) T burn_in_here$/m.exec(symbols) ?? [];
  const burn = start(stripped, ["30000"]);
  const stacks = await sampled(burn.pid, () => sleep(1000));
  assert.equal(hottest(stacks), `stripped+0x${begin}`);
  assert.equal(stacks.find((stack) => stack.user[0]?.name === `stripped+0x${begin}`)?.user[0]?.unresolved, "stripped");
});

test("on-CPU: a stripped program has its names from its separate debug file, by build-id, as its own root has it", async () => {
  const dir = scratch();
  execFileSync("strip", ["-o", path.join(dir, "stripped"), workload("burn")]);
  execFileSync("objcopy", ["--only-keep-debug", workload("burn"), path.join(dir, "burn.debug")]);
  const notes = execFileSync("readelf", ["--notes", workload("burn")]).toString();
  const [, buildId = ""] = /Build ID: ([0-9a-f]+)/.exec(notes) ?? [];
  assert.match(buildId, /^[0-9a-f]{40}$/);
  // Only inside is there such a file: a tmpfs of its own over the place for them.
  const debug = `/usr/lib/debug/.build-id/${buildId.slice(0, 2)}`;
  const script = `mkdir -p /usr/lib/debug && mount -t tmpfs none /usr/lib/debug && mkdir -p ${debug} &&
    cp ${dir}/burn.debug ${debug}/${buildId.slice(2)}.debug && exec ${dir}/stripped 4000`;
  const burn = start("unshare", ["--mount", "--propagation", "private", "sh", "-c", script]);
  await sleep(400);
  assert.equal(hottest(await sampled(burn.pid, () => sleep(1000))), "burn_in_here");
});

test("on-CPU: a process that has exited keeps the names that it was seen with", async () => {
  let burn: ReturnType<typeof start> | undefined;
  const stacks = await sampled(undefined, async () => {
    // Symbols of whatever else runs are read first: an emulated machine takes longer for them than the process lives.
    for (let tookMs = Infinity; tookMs > 200; ) {
      await sleep(300);
      const before = performance.now();
      prof.read();
      tookMs = performance.now() - before;
    }
    let lives = true;
    burn = start(workload("burn"), ["3000"]);
    burn.on("close", () => (lives = false));
    // As the screen does, several times while it lives.
    while (lives) {
      prof.read();
      await sleep(100);
    }
  });
  const its = stacks.filter(({ pid }) => pid === burn?.pid);
  const named = its.filter(({ user }) => has(user, "burn_in_here"));
  assert.ok(total(named) > 0.9 * total(its) && total(its) > 10, `${total(named)} of ${total(its)}`);
});

test("on-CPU: so does one that is a zombie", async () => {
  const parent = start("sh", ["-c", `${workload("burn")} 1000 1000 & exec sleep 30`]);
  const isDead = (pid: number) => /^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  let burn = 0;
  const stacks = await sampled(undefined, async () => {
    while (burn === 0 || readFileSync(`/proc/${burn}/comm`, "utf8") !== "burn\n") {
      await sleep(50);
      burn = Number(readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, "utf8").trim());
    }
    await sleep(300);
    // What it does after that is looked at when it is dead.
    prof.read();
    while (!isDead(burn)) await sleep(100);
  });
  const its = stacks.filter(({ pid }) => pid === burn);
  const named = its.filter(({ user }) => has(user, /^burn_(in_here|after_that)$/));
  assert.ok(its.some(({ user }) => has(user, "burn_after_that")));
  assert.ok(total(named) > 0.9 * total(its) && total(its) > 10, `${total(named)} of ${total(its)}`);
});

test("on-CPU: C++ is demangled", async () => {
  const burn = start(workload("burn_cxx"), ["30000"]);
  const stacks = await sampled(burn.pid, () => sleep(1000));
  assert.equal(hottest(stacks), "ledger::Book::balance(int)");
});

test("on-CPU: JIT code of node --perf-basic-prof has its JavaScript names", async () => {
  const script =
    "function burnInJs(n){let x=0;for(let i=0;i<n;i++)x=(x*31+i)|0;return x} const end=Date.now()+30000; while(Date.now()<end) burnInJs(1e5)";
  const node = start(process.execPath, ["--perf-basic-prof", "--no-turbo-inlining", "-e", script], scratch());
  after(() => rmSync(`/tmp/perf-${node.pid}.map`, { force: true }));
  await sleep(300);
  const stacks = await sampled(node.pid, () => sleep(1000));
  const inside = stacks.filter((stack) => has(stack.user, /burnInJs/));
  assert.ok(total(inside) > 0.5 * total(stacks), `${total(inside)} of ${total(stacks)}`);
  assert.ok(inside.some((stack) => stack.user.some((frame) => frame.kind === "jit" && /burnInJs/.test(frame.name))));
});

test("on-CPU: JIT code is named as soon as it is written down, also on stacks that were seen before", async () => {
  // Without the option there is no map at first: it is made up here, over all that the process has mapped for code.
  const script = "function f(n){let x=0;for(let i=0;i<n;i++)x=(x*31+i)|0;return x} for(;;) f(1e6)";
  const node = start(process.execPath, ["-e", script]);
  const map = `/tmp/perf-${node.pid}.map`;
  after(() => rmSync(map, { force: true }));
  await sleep(500);
  const frames = (stacks: readonly ProfStack[]) => stacks.flatMap(({ user }) => user);
  let before: readonly Frame[] = [];
  const stacks = await sampled(node.pid, async () => {
    await sleep(600);
    before = frames(prof.read().data?.stacks ?? []);
    const code = readFileSync(`/proc/${node.pid}/maps`, "utf8").matchAll(
      /^([0-9a-f]+)-([0-9a-f]+) ..x. 0+ 00:00 0 *$/gm,
    );
    const size = (from = "", to = "") => (BigInt(`0x${to}`) - BigInt(`0x${from}`)).toString(16);
    writeFileSync(map, [...code].map(([, from, to]) => `${from} ${size(from, to)} written_down\n`).join(""));
    process.kill(node.pid, "SIGSTOP"); // so that no new stacks come
    await sleep(1200);
  });
  assert.ok(
    before.some(({ unresolved }) => unresolved === "JIT without a perf map"),
    JSON.stringify(before.slice(0, 3)),
  );
  assert.ok(frames(stacks).some(({ name }) => name === "written_down"));
  assert.ok(!frames(stacks).some(({ unresolved }) => unresolved?.startsWith("JIT")));
});

test("on-CPU: a process in its own mount and PID namespace", async () => {
  // The binary is only there inside: a tmpfs of its own over /mnt.
  const script = `mount -t tmpfs none /mnt && cp ${workload("burn")} /mnt/inner && exec /mnt/inner 30000`;
  start("unshare", ["--mount", "--pid", "--fork", "--propagation", "private", "sh", "-c", script]);
  await sleep(400);
  const stacks = await sampled(undefined, () => sleep(1000));
  const inner = stacks.filter((stack) => stack.comm === "inner");
  assert.equal(hottest(inner), "burn_in_here");
});

test("off-CPU: known sleeps, none shorter than asked for, and no more than there was time", async () => {
  let stacks: readonly OffcpuStack[] = [];
  const sleeper = start(...unpreempted("run_sleep", "1", "20", "1000"));
  const began = performance.now();
  stacks = await waited(sleeper.pid, () => sleep(1000));
  const elapsedMs = performance.now() - began;
  const sleeps = stacks.filter((stack) => has(stack.kernel, /nanosleep/));
  const waits = sleeps.reduce((sum, stack) => sum + stack.waits, 0);
  const waitMs = sleeps.reduce((sum, stack) => sum + stack.waitNs, 0) / 1e6;
  assert.ok(waits >= 30 && waits <= elapsedMs / 20, `${waits} sleeps of 1 ms + 20 ms in ${elapsedMs} ms`);
  // The last one may be going on.
  assert.ok(waitMs >= 20 * (waits - 1) && waitMs <= elapsedMs - waits, `${waitMs} ms in ${waits} sleeps`);
  assert.ok(sleeps.every((stack) => !stack.preempted));
});

test("off-CPU: a convoy on a mutex waits in futex below its own locking function; the waker unlocks", async () => {
  const convoy = start(workload("convoy"), ["4", "5", "400"]);
  await sleep(100);
  const stacks = await waited(convoy.pid, () => sleep(1000));
  const locking = stacks.filter((stack) => has(stack.kernel, /futex/) && has(stack.user, "lock_the_ledger"));
  const lockMs = locking.reduce((sum, stack) => sum + stack.waitNs, 0) / 1e6;
  assert.ok(lockMs > 500, `${lockMs} ms of waiting for the lock`);
  const woken = locking.filter((stack) => stack.waker && has(stack.waker.user, "unlock_the_ledger"));
  assert.ok(woken.length > 0, "the waker's stack shows the unlock");
  assert.ok(woken.every((stack) => stack.waker?.pid === convoy.pid));
});

test("off-CPU: waits that go on are there, also those from before bpftop looked", async () => {
  // Two threads that wait until they are told: one for the signal, one for a pipe.
  const program = start(workload("sys_calls"));
  await sleep(300);
  await offcpu.focus({ pid: program.pid, hz: HZ });
  await offcpu.attach();
  const ongoing = () => (offcpu.read().data?.stacks ?? []).filter((stack) => stack.ongoing);
  try {
    await sleep(300);
    const before = ongoing();
    assert.equal(before.length, 2, JSON.stringify(before));
    for (const { waitNs, user, kernel } of before) {
      assert.ok(waitNs >= 250e6 && waitNs < 2e9, `${waitNs} ns since the attach`);
      assert.match(user[0]?.unresolved ?? "", /waited already/);
      assert.ok(kernel.length > 2 && kernel.every(({ name }) => /^[a-z_]/i.test(name)), JSON.stringify(kernel));
    }
    assert.ok(
      before.some(({ kernel }) => has(kernel, /pipe_read|read/)) &&
        before.some(({ kernel }) => has(kernel, /sigtimedwait/)),
    );

    process.kill(program.pid, "SIGUSR1");
    await sleep(500);
    const now = ongoing();
    const main = now.filter(({ tid }) => tid === program.pid);
    assert.equal(main.length, 1, "a thread waits in one place only");
    assert.ok(
      has(main[0]?.kernel ?? [], /sigtimedwait/) && has(main[0]?.user ?? [], /sigtimedwait/),
      JSON.stringify(main),
    );
    assert.ok(
      now.some(({ user }) =>
        user.every(({ unresolved }) => unresolved !== undefined && /waited already/.test(unresolved)),
      ),
    );
  } finally {
    offcpu.detach();
  }
});

test("off-CPU: threads that have exited wait no more", async () => {
  const script =
    "import threading, time\ntime.sleep(0.5)\nfor _ in range(20):\n  t = threading.Thread(target=time.sleep, args=(0.02,)); t.start(); t.join()\ntime.sleep(9)";
  const python = start("python3", ["-c", script]);
  await offcpu.focus({ pid: python.pid, hz: HZ });
  await offcpu.attach();
  try {
    const tids = new Set<number>();
    for (let tries = 0; tries < 100; tries++) {
      await sleep(100);
      const stacks = offcpu.read().data?.stacks ?? [];
      for (const { tid } of stacks) tids.add(tid);
      const ongoing = stacks.filter((stack) => stack.ongoing).map(({ tid }) => tid);
      if (tids.size === 21 && ongoing.length === 1 && ongoing[0] === python.pid) return;
    }
    assert.fail(`${tids.size} threads came and went; in the end not the main thread alone waits`);
  } finally {
    offcpu.detach();
  }
});

test("off-CPU: a second process of the same program, after the first has exited; and the waker is who unlocked", async () => {
  const first = start(workload("convoy"), ["2", "1", "400"]);
  await sleep(100);
  await waited(first.pid, () => sleep(300));
  first.kill("SIGKILL");
  await new Promise((resolve) => first.on("close", resolve));
  const convoy = start(workload("convoy"), ["4", "5", "400"]);
  await sleep(100);
  const stacks = await waited(convoy.pid, () => sleep(800));
  const locking = stacks.filter(
    (stack) => !stack.ongoing && has(stack.kernel, /futex/) && has(stack.user, "lock_the_ledger"),
  );
  const [all, own] = [locking, locking.filter(({ waker }) => waker?.pid === convoy.pid)].map((list) =>
    list.reduce((sum, { waits }) => sum + waits, 0),
  );
  assert.ok((own ?? 0) > 0.95 * (all ?? 0), `${own} of ${all} wakers are its own threads`);
});

test("a stack screen leaves nothing in the kernel", async () => {
  const held = () =>
    readdirSync("/proc/self/fd")
      .map((fd) => linkOf(fd))
      .filter((link) => /bpf|perf_event/.test(link)).length;
  const before = held();
  await sampled(undefined, () => run("true"));
  assert.equal(held(), before);
});

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return ""; // the directory's own
  }
}
