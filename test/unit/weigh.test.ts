import assert from "node:assert/strict";
import { test } from "node:test";
import { stacksLines } from "../../src/app/stacks/lines.ts";
import { type StacksPlace, stacksOf } from "../../src/app/stacks/place.ts";
import { weigh } from "../../src/app/stacks/weigh.ts";
import { viewOf } from "../../src/app/view.ts";
import type { OffcpuStack } from "../../src/sources/cpu/offcpu.ts";
import type { Frame } from "../../src/sources/symbols/frame.ts";

const kernel = (name: string): Frame => ({ name, kind: "kernel", module: undefined, unresolved: undefined });

function waits(tid: number, waitNs: number, count: number, more: Partial<OffcpuStack> = {}): OffcpuStack {
  const process = { pid: 1, startMs: 1, comm: "app" };
  const stack = { kernel: [kernel("schedule")], user: [], preempted: false, waker: undefined, maxNs: waitNs };
  const place = `${tid} here`;
  return {
    ...process,
    id: `${place} ended`,
    place,
    ongoing: false,
    tid,
    thread: "app",
    ...stack,
    waitNs,
    waits: count,
    ...more,
  };
}

const goesOn = (tid: number, waitNs: number, since = 1) =>
  waits(tid, waitNs, 1, { ongoing: true, id: `${tid} here since ${since}` });

/** What the last interval and all since the opening show, after each of these readings. */
function weighed(...readings: readonly (readonly OffcpuStack[])[]) {
  const coverage = { via: [], sinceMs: 1, unseen: [] };
  const frames = readings.map((stacks, i) => ({
    ...{ at: 1000 * (i + 1), wallMs: 0, host: "h", names: [] },
    snapshots: {
      offcpu: { at: 1000 * (i + 1), state: { kind: "live" as const, coverage }, lost: 0, data: { stacks } },
    },
  }));
  return frames.slice(1).map((frame, i) => {
    const view = viewOf(frames[i], frame);
    const place = stacksOf({ pid: 1, startMs: 1, comm: "app" }, "off-CPU");
    const [opened, interval] = [weigh(place, view), weigh({ ...place, span: "interval" }, view)];
    assert.ok(opened && interval);
    return {
      opened: opened.root.total,
      interval: interval.root.total,
      ongoing: interval.ongoing,
      events: interval.events,
    };
  });
}

test("a wait that goes on weighs as much as it lasts so far, interval by interval", () => {
  assert.deepEqual(weighed([goesOn(7, 5e8)], [goesOn(7, 15e8)], [goesOn(7, 25e8)]), [
    { opened: 15e8, interval: 1e9, ongoing: 1, events: 1 },
    { opened: 25e8, interval: 1e9, ongoing: 1, events: 1 },
  ]);
});

test("when it ends, what intervals before had of it is not counted again", () => {
  const [, last] = weighed([goesOn(7, 5e8)], [goesOn(7, 15e8)], [waits(7, 18e8, 1)]);
  assert.deepEqual(last, { opened: 18e8, interval: 3e8, ongoing: 0, events: 1 });
  const next = weighed([goesOn(7, 15e8, 1)], [waits(7, 18e8, 1), goesOn(7, 2e8, 9)]);
  assert.deepEqual(next, [{ opened: 20e8, interval: 5e8, ongoing: 1, events: 2 }]);
});

test("a wakeup by an interrupt is not put down to the process that it hit", () => {
  const coverage = { via: [], sinceMs: 1, unseen: [] };
  const hit = { pid: 99, startMs: 1, comm: "qemu", user: [kernel("main")] };
  const by = (waker: OffcpuStack["waker"], tid: number) =>
    waits(tid, 1e6, 1, { waker, id: String(tid), place: String(tid) });
  const stacks = [
    by({ ...hit, kernel: ["wake_up", "hrtimer_interrupt", "asm_sysvec_apic_timer_interrupt", "x"].map(kernel) }, 1),
    by({ ...hit, kernel: ["wake_up", "do_futex"].map(kernel) }, 2),
  ];
  const state = { kind: "live" as const, coverage };
  const frame = {
    at: 1,
    wallMs: 0,
    host: "h",
    names: [],
    snapshots: { offcpu: { at: 1, state, lost: 0, data: { stacks } } },
  };
  const wakers = weigh(stacksOf(undefined, "off-CPU"), viewOf(undefined, frame))?.wakers ?? [];
  assert.deepEqual(
    wakers.map(({ comm, pid, frames }) => [comm, pid, frames[0]?.name]),
    [
      ["an interrupt", undefined, "asm_sysvec_apic_timer_interrupt"],
      ["qemu", 99, "main"],
    ],
  );
});

test("what all waits have in common is left out: the innermost function is what is waited for", () => {
  const names = ["__schedule", "schedule", "schedule_timeout", "futex_do_wait", "do_futex"];
  const [shown] = (() => {
    const coverage = { via: [], sinceMs: 1, unseen: [] };
    const stacks = [waits(1, 1e6, 1, { kernel: names.map(kernel) })];
    const state = { kind: "live" as const, coverage };
    const snapshots = { offcpu: { at: 1, state, lost: 0, data: { stacks } } };
    const view = viewOf(undefined, { at: 1, wallMs: 0, host: "h", names: [], snapshots });
    return weigh(stacksOf(undefined, "off-CPU"), view)?.functions ?? [];
  })();
  assert.deepEqual([shown?.frame.name, shown?.self], ["futex_do_wait", 1e6]);
});

test("the first reading has no interval: the screen says so, and how to see what there is", () => {
  const state = { kind: "live" as const, coverage: { via: [], sinceMs: 1, unseen: [] } };
  const snapshots = { offcpu: { at: 1, state, lost: 0, data: { stacks: [waits(1, 1e6, 1)] } } };
  const view = viewOf(undefined, { at: 1, wallMs: 0, host: "h", names: [], snapshots });
  const text = (place: StacksPlace) =>
    stacksLines(place, view, false, { width: 100, height: 9 })
      .flat()
      .map((span) => span.text)
      .join("");
  const opened = stacksOf(undefined, "off-CPU");
  assert.match(text({ ...opened, span: "interval" }), /no reading before this one/);
  assert.match(text(opened), /1ms waited in 1 waits/);
});
