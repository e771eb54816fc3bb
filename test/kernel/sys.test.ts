import assert from "node:assert/strict";
import { test } from "node:test";
import { blockedCall, threadsOf } from "../../src/sources/proc/syscall.ts";
import { type SysCall, type SysData, sys } from "../../src/sources/sys/sys.ts";
import { run, sleep, start, workload } from "./harness.ts";

const HZ = 49; // of no meaning here

function read(): SysData {
  const { data, state, lost } = sys.read();
  assert.ok(data, JSON.stringify(state));
  assert.equal(lost, 0);
  return data;
}

/**
 * Reads until it holds, in good time. Ever more seldom: while a read is preempted, a 7.x kernel gives the events of that
 * CPU to no program (see src/sources/bpf/preempted.ts).
 */
async function until<T>(what: string, read: () => T, holds: (value: T) => boolean): Promise<T> {
  for (let ms = 50; ms < 10_000; ms *= 2) {
    await sleep(ms);
    const value = read();
    if (holds(value)) return value;
  }
  throw new Error(`${what}: ${JSON.stringify(read())}`);
}

/** Starts the workload and waits until all its threads are where they stay until SIGUSR1. */
async function startCalls(...args: readonly string[]) {
  const program = start(workload("sys_calls"), args);
  const blocked = () => threadsOf("/proc", program.pid).map((tid) => blockedCall("/proc", program.pid, tid));
  await until("two threads wait", blocked, (calls) => calls.length === 2 && !calls.includes(undefined));
  await sleep(20);
  return program;
}

async function focused<T>(pid: number, work: () => Promise<T>): Promise<T> {
  await sys.focus?.({ pid, hz: HZ });
  await sys.attach();
  try {
    return await work();
  } finally {
    sys.detach();
  }
}

function callOf(data: SysData, name: string): SysCall {
  const found = data.calls.filter((call) => call.name === name);
  assert.equal(found.length, 1, `${name} in ${JSON.stringify(data.calls)}`);
  return found[0] as SysCall;
}

test("system calls: exactly as many as were made, with their errors and their time", async () => {
  const program = await startCalls();
  await focused(program.pid, async () => {
    process.kill(program.pid, "SIGUSR1");
    const data = await until("all calls made", read, ({ calls, inside }) => {
      const refused = calls.find(({ name }) => name === "getpriority");
      return refused?.calls === 7 && inside.length === 3;
    });

    const getppid = callOf(data, "getppid");
    assert.deepEqual([getppid.calls, getppid.errors, getppid.topError], [1000, 0, undefined]);
    assert.ok(getppid.timeNs > 1000 * 20 && getppid.maxNs <= getppid.timeNs, JSON.stringify(getppid));
    assert.deepEqual([getppid.pid, getppid.comm], [program.pid, "sys_calls"]);

    const openat = callOf(data, "openat");
    assert.deepEqual([openat.calls, openat.errors, openat.topError], [25, 25, "ENOENT"]);

    const sleeps = callOf(data, "nanosleep");
    assert.deepEqual([sleeps.calls, sleeps.errors], [10, 0]);
    assert.ok(sleeps.timeNs >= 50e6 && sleeps.timeNs < 500e6, `${sleeps.timeNs} ns in 10 sleeps of 5 ms`);
    assert.ok(sleeps.maxNs >= 5e6 && sleeps.maxNs < sleeps.timeNs);

    // Refused before they began: no time, but counted.
    const refused = callOf(data, "getpriority");
    assert.deepEqual([refused.errors, refused.topError, refused.timeNs], [7, "EPERM", 0]);

    // Not every kernel takes them.
    assert.ok([undefined, 4].includes(data.calls.find(({ name }) => name === "getppid (32-bit)")?.calls));

    const again = read();
    assert.equal(again.calls.length, data.calls.length);
    assert.ok(
      again.calls.every((call) => data.calls.includes(call)),
      "what stands still is the same object",
    );
  });
});

test("system calls: where each thread is now, also one that was there before bpftop looked", async () => {
  const program = await startCalls();
  await focused(program.pid, async () => {
    const waiting = read().inside.map(({ tid, name, sinceMs }) => ({ tid, name, sinceMs }));
    const main = { tid: program.pid, name: "rt_sigtimedwait", sinceMs: undefined };
    const reader = { tid: program.pid + 1, name: "read", sinceMs: undefined };
    assert.deepEqual(new Set(waiting.map((one) => one.name)), new Set([main.name, reader.name]));
    assert.deepEqual(
      waiting.find(({ tid }) => tid === program.pid),
      main,
    );

    const before = sys.read().at;
    process.kill(program.pid, "SIGUSR1");
    const { inside } = await until("all calls made", read, (data) => data.inside.length === 3);
    const at = sys.read().at;
    const reads = inside.filter(({ name }) => name === "read");
    assert.equal(reads.length, 2);
    assert.equal(reads.filter(({ sinceMs }) => sinceMs === undefined).length, 1);
    const seen = inside.filter(({ sinceMs }) => sinceMs !== undefined);
    assert.ok(seen.every(({ sinceMs }) => sinceMs !== undefined && sinceMs >= before && sinceMs <= at));
    assert.ok(seen.some(({ tid, name }) => tid === program.pid && name === "rt_sigtimedwait"));
  });
});

test("system calls: a thread that calls exec becomes the process, and is in one place only", async () => {
  const program = await startCalls("exec");
  await focused(program.pid, async () => {
    process.kill(program.pid, "SIGUSR1");
    const data = await until("replaced", read, ({ calls, inside }) => {
      const isDone = calls.some(({ name, calls }) => name === "getppid" && calls === 5);
      return isDone && inside.length === 1 && inside[0]?.name === "rt_sigtimedwait";
    });
    const exec = callOf(data, "execve");
    assert.deepEqual([exec.calls, exec.errors], [1, 0]);
    assert.ok(exec.timeNs > 0);
    assert.equal(data.inside[0]?.tid, program.pid);
  });
});

test("system calls: other processes count nothing, and nothing is left after leaving", async () => {
  const program = await startCalls();
  await focused(program.pid, async () => {
    await run("true");
    assert.deepEqual(read().calls, []);
  });
  assert.equal(sys.read().state.kind, "off");
});
