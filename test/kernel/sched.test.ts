import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { cpudist } from "../../src/panes/cpu/cpudist.ts";
import { runqlat } from "../../src/panes/cpu/runqlat.ts";
import { type SchedData, type SchedProcess, sched } from "../../src/sources/cpu/sched.ts";
import { type Hist, coarseCount, coarseSlots, count, percentile, slotLow, toLog2 } from "../../src/sources/hist.ts";
import type { Window } from "../../src/sources/source.ts";
import { observe, run, sleep, unpreempted, workload } from "./harness.ts";

const MS = 1e6;
/** A workload run to its end, and what the kernel's own books say of it then: /proc/PID/schedstat. */
async function accounted(name: string, ...args: string[]) {
  const { stdout } = await run(workload("accounted"), [workload(name), ...args]);
  const [pid = 0, cpuNs = 0, waitNs = 0, arrivals = 0] = stdout.split(" ").map(Number);
  return { pid, cpuNs, waitNs, arrivals };
}

function processOf(window: Window<SchedData>, pid: number): SchedProcess {
  const process = window.newer.processes.find((candidate) => candidate.pid === pid);
  assert.ok(process, `PID ${pid} is in the table`);
  return process;
}

const eventsFrom = (hist: Hist, lowNs: number) =>
  hist.slots.reduce((sum, n, slot) => (slotLow(slot) >= lowNs ? sum + n : sum), 0);

test("runqlat: two busy loops on one CPU wait a scheduler slice for each other", async () => {
  const { window, result } = await observe(sched, () =>
    Promise.all([accounted("spin", "1", "1500"), accounted("spin", "1", "1500")]),
  );
  const waits = runqlat.hist(window);

  for (const kernels of result) {
    const mine = processOf(window, kernels.pid);
    assert.equal(mine.comm, "spin");
    // A sandbox's kernel may hide from BPF what happens while PID 1 runs, and so the switch from it to this process;
    // where it was preempted about to sleep, the kernel's books leave out that it came back.
    const missing = kernels.arrivals - mine.switchIns;
    assert.ok(missing <= 2 && missing >= -2, `${mine.switchIns} switches to it, schedstat says ${kernels.arrivals}`);
    assert.ok(
      Math.abs(mine.runqWaitNs - kernels.waitNs) < 0.05 * kernels.waitNs,
      `waited ${mine.runqWaitNs}, schedstat ${kernels.waitNs}`,
    );
    assert.ok(
      Math.abs(mine.cpuNs - kernels.cpuNs) < 0.05 * kernels.cpuNs,
      `ran ${mine.cpuNs}, schedstat ${kernels.cpuNs}`,
    );
    assert.ok(mine.runqWaitNs > 400 * MS, "each waits about half of the time");
  }
  // How long a slice is, is the kernel's to say (4 ms, or 1.4 on 7.2), and its mean says it: most switches to either end
  // a wait of about that.
  const arrivals = result.reduce((sum, ran) => sum + ran.arrivals, 0);
  const meanNs = result.reduce((sum, ran) => sum + ran.waitNs, 0) / arrivals;
  const ofSlices = eventsFrom(waits, meanNs / 2);
  assert.ok(
    ofSlices > 10 && ofSlices > arrivals / 2,
    `${ofSlices} waits of a slice (${meanNs} ns), ${arrivals} switches to them`,
  );
  assert.equal(window.lost, 0);
});

test("runqlat: on an idle machine there are no waits of a slice", async () => {
  // Whether it is idle is not for us to say: something else may run, so it gets a few chances.
  const longWaits: number[] = [];
  for (let attempt = 0; attempt < 10; attempt++) {
    const { window } = await observe(sched, () => sleep(500));
    const waits = runqlat.hist(window);
    assert.ok(count(waits) > 0, "even an idle machine switches");
    longWaits.push(eventsFrom(waits, 2 * MS));
    if ((longWaits.at(-1) ?? 0) < 3) return;
  }
  assert.fail(`long waits in each half second: ${longWaits}`);
});

test("runqlat: the histogram holds exactly the switches that the processes add up to", async () => {
  const { window } = await observe(sched, () => run(workload("run_sleep"), ["1", "1", "200"]));
  const byProcess = (data: SchedData) => data.processes.reduce((sum, process) => sum + process.switchIns, 0);
  // The maps are read one after the other, while the machine goes on.
  const difference = byProcess(window.newer) - byProcess(window.older) - count(runqlat.hist(window));
  assert.ok(Math.abs(difference) <= 20, `${difference} apart`);
});

test("runqlat: no more switches than /proc/stat has seen, and nearly all that were not to the idle task", async () => {
  const switches = () => Number(/^ctxt (\d+)/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
  const { window, result } = await observe(sched, async () => {
    const before = switches();
    const ran = await run(workload("run_sleep"), ["0", "1", "500"]);
    return { ran, switches: switches() - before };
  });
  const mine = processOf(window, result.ran.pid);
  assert.ok(mine.switchIns >= 500, `${mine.switchIns} switches to a process that slept 500 times`);
  assert.ok(count(runqlat.hist(window)) <= result.switches + 50);
});

test("cpudist: a process that runs 10 ms and sleeps 10 ms shows in 8-16 ms", async () => {
  const { window, result } = await observe(sched, () => run(...unpreempted("run_sleep", "10", "10", "60")));
  const stretches = cpudist.hist(window);
  const inRange = eventsFrom(stretches, 2 ** 23) - eventsFrom(stretches, 2 ** 24);
  const own = coarseSlots(processOf(window, result.pid).onCpuSlots).find(({ low }) => low === 2 ** 23)?.count ?? 0;
  // Its start, slow on an emulated machine, may add some.
  assert.ok(own >= 45 && own <= 75, `${own} stretches of 8-16 ms`);
  assert.ok(inRange >= own, `${inRange} of all processes, ${own} of this one`);
  assert.ok((percentile(stretches, 1) ?? 0) >= 8 * MS);
});

test("sched leaves nothing in the kernel and starts from zero again", async () => {
  const { window } = await observe(sched, () => run(workload("run_sleep"), ["1", "1", "50"]));
  const again = await observe(sched, () => sleep(50));
  assert.ok(count(again.window.newer.runqLatency) < count(window.newer.runqLatency));
  assert.equal(sched.read().state.kind, "off");
});

test("a process's own histograms: its stretches of 10 ms, its waits all counted, and its parent", async () => {
  const { window, result } = await observe(sched, () => run(...unpreempted("run_sleep", "10", "10", "40")));
  const mine = processOf(window, result.pid);
  const stretches = coarseSlots(mine.onCpuSlots);
  const tenMs = stretches.find(({ low, high }) => low <= 10 * MS && 10 * MS < high);
  assert.ok(tenMs && tenMs.count >= 30 && tenMs.count <= 45, JSON.stringify(stretches));
  assert.equal(
    coarseSlots(mine.runqSlots).reduce((sum, slot) => sum + slot.count, 0),
    mine.switchIns,
  );
  assert.equal(mine.parent.pid, process.pid);
});

test("the histograms of all processes add up to the machine's, slot by slot", async () => {
  const { window } = await observe(sched, () => run(workload("run_sleep"), ["1", "1", "200"]));
  for (const slot of toLog2(window.newer.runqLatency)) {
    if (slot.low < 1024) continue; // the processes have one slot for all of these
    const byProcess = window.newer.processes.reduce((sum, { runqSlots }) => sum + coarseCount(runqSlots, slot), 0);
    assert.ok(Math.abs(byProcess - slot.count) <= 20, `${slot.low} ns: ${byProcess} and ${slot.count}`);
  }
});
