import assert from "node:assert/strict";
import { test } from "node:test";
import { breadcrumb, whereOf } from "../../src/app/nav.ts";
import { type UiState, initialState, placeOf } from "../../src/app/state.ts";
import { screenLines } from "../../src/app/ui/compose.ts";
import { update } from "../../src/app/update.ts";
import { wantedBy } from "../../src/app/wanted.ts";
import { runqlat } from "../../src/panes/cpu/runqlat.ts";
import { softirqs } from "../../src/panes/irq/softirqs.ts";
import { processLabel } from "../../src/panes/narrow.ts";
import type { AnyPane } from "../../src/panes/pane.ts";
import { overviewPanes, panes, panesOfProcess } from "../../src/panes/registry.ts";
import type { SchedData, SchedProcess } from "../../src/sources/cpu/sched.ts";
import { emptyHist } from "../../src/sources/hist.ts";
import type { SoftirqData } from "../../src/sources/irq/softirq.ts";
import type { ProcessDetail } from "../../src/sources/proc/process.ts";
import type { SysData, SysInside } from "../../src/sources/sys/sys.ts";
import { histOf, processOf } from "./machine.ts";
import { press } from "./screenFixture.ts";

const FIO = processOf(4242, "fio");
const NAME = { ...FIO, cmdline: "fio", cgroup: undefined, container: undefined, exited: false };
const SOURCES = new Set([...panes, ...panesOfProcess].flatMap((pane) => [pane.source, "sys"]));

const slots = (n: number) => Array.from({ length: 32 }, (_, i) => (i === 5 ? n : 0));

function schedProcess(n: number): SchedProcess {
  const own = { cpuNs: n * 9e8, switchIns: n, runqWaitNs: n * 2e4, runqMaxNs: 30_000, onCpuMaxNs: 9e8 };
  return { ...FIO, ...own, parent: processOf(1, "init"), runqSlots: slots(n), onCpuSlots: slots(n) };
}

const inside = (tid: number, name: string, forMs: number, sinceMs?: number): SysInside => ({
  ...{ pid: FIO.pid, tid, name, nr: 1, forMs },
  sinceMs,
});

/** One process that does a little of everything, all of it growing with `n`. */
function dataOf(source: string, n: number): unknown {
  switch (source) {
    case "sched":
      return {
        runqLatency: histOf(20_000, n),
        onCpu: histOf(20_000, n),
        processes: [schedProcess(n)],
      } satisfies SchedData;
    case "sys": {
      const call = { ...FIO, id: "a", name: "read", nr: 0, calls: n, errors: 0, topError: undefined, timeNs: n * 5 };
      const hang = [inside(4243, "futex", 95_000), inside(4244, "futex", 1200, 5), inside(4242, "read", 3, 9)];
      return { calls: [{ ...call, maxNs: 5 }], inside: hang } satisfies SysData;
    }
    case "process": {
      const thread = (tid: number, userMs: number) => ({
        ...{ tid, comm: "fio", state: "S", userMs, systemMs: 0, wchan: "futex_wait" },
      });
      const known = { state: "S", parentPid: 1, parentComm: "init", uid: 0, cmdline: "fio", cgroup: "", fds: 3 };
      const memory = { container: undefined, residentBytes: 1, swapBytes: 0 };
      return { ...FIO, ...known, ...memory, threads: [thread(4242, n * 900), thread(4243, 0)] } satisfies ProcessDetail;
    }
    case "softirq":
      return {
        vectors: ["TIMER", "NET_RX"].map((vector, i) => ({ vector, durations: histOf(3000, (i + 1) * n) })),
      } satisfies SoftirqData;
    case "block":
      return { disks: [], users: [{ ...FIO, disk: "vda", reads: n, writes: 0, discards: 0, readBytes: n * 4096 }] };
    case "file":
      return { files: [{ ...FIO, device: "8:0", inode: "7", reads: n, readBytes: n, type: "file", path: "/data" }] };
    case "sock": {
      const ends = { localAddress: "::1", localPort: 1, remoteAddress: "::1", remotePort: 2 };
      return { users: [{ ...FIO, ...ends, txBytes: n }] };
    }
    case "tasks":
      return { processes: [{ ...FIO, residentBytes: n, majorFaults: n, minorFaults: n }] };
    default:
      return undefined;
  }
}

function stateOf(startPane?: AnyPane, size = { columns: 120, rows: 40 }): UiState {
  const coverage = { via: ["tp_btf:x"], sinceMs: 1, unseen: [] };
  let state = initialState({ size, panes: overviewPanes, tools: panes, intervalMs: 1000, startPane });
  for (const second of [1, 2]) {
    const snapshots = Object.fromEntries(
      [...SOURCES].map((source) => [
        source,
        { at: second * 1000, state: { kind: "live" as const, coverage }, lost: 0, data: dataOf(source, second) },
      ]),
    );
    const frame = { at: second * 1000, wallMs: second * 1000, host: "h", snapshots, names: [NAME] };
    state = update(state, { kind: "frame", frame });
  }
  return state;
}

const onProcess = (size?: { columns: number; rows: number }) =>
  press(stateOf(undefined, size), ":", ..."process 4242", "enter");
const text = (state: UiState) => screenLines(state, "").map((line) => line.map((span) => span.text).join(""));

function downAndBack(from: UiState, what: string): UiState {
  const down = press(from, "enter");
  assert.ok(down.places.length === from.places.length + 1, `${what}: Enter leads somewhere`);
  const place = placeOf(down);
  assert.notDeepEqual(place, placeOf(from), what);
  const { places, tables, focus } = press(down, "esc");
  assert.deepEqual({ places, tables, focus }, { places: from.places, tables: from.tables, focus: from.focus }, what);

  const [first] = (() => {
    const ways = placeOf(press(from, "w"));
    return ways.kind === "ways" ? ways.ways : [];
  })();
  assert.deepEqual(describe(first?.to), describe(place), `${what}: the first of its ways is Enter's`);
  assert.deepEqual(breadcrumb(press(from, "w", "enter")), breadcrumb(down), what);
  return down;
}

/** Panes are made anew each time: what they are called tells them apart. */
const describe = (place: ReturnType<typeof placeOf> | undefined) =>
  place?.kind === "pane"
    ? [place.kind, place.pane.name, place.pane.scope]
    : place?.kind === "process"
      ? [place.kind, processLabel(place.process)]
      : place;

for (const pane of panes) {
  test(`a row of ${pane.name} has a way down, and Esc leads back to exactly where one was`, () => {
    downAndBack(stateOf(pane), pane.name);
  });
}

for (const [i, pane] of panesOfProcess.entries()) {
  test(`a row of ${pane.name} on the process screen leads further into that process`, () => {
    const down = downAndBack(press(onProcess(), String(i + 1)), pane.name);
    const place = placeOf(down);
    assert.ok(place.kind === "stacks" && place.process?.pid === FIO.pid, JSON.stringify(describe(place)));
    const full = placeOf(press(onProcess(), String(i + 1), "f", pane.kind === "table" ? "o" : "enter"));
    assert.ok(full.kind === "stacks" && full.process?.pid === FIO.pid, "also over the whole screen");
  });
}

test("a process that waits for a CPU is busy: its default are on-CPU stacks", () => {
  const starved = { ...schedProcess(1), cpuNs: 1e6 };
  const state = stateOf(panes.find(({ name }) => name === "top"));
  const at = (runqWaitNs: number) => {
    const latest = state.latest;
    assert.ok(latest);
    const window = (source: string) => {
      const found = latest.view.window(source);
      if (source !== "sched" || found === undefined) return found;
      const newer = { ...(found.newer as SchedData), processes: [{ ...starved, runqWaitNs }] };
      return { ...found, older: { ...newer, processes: [{ ...starved, cpuNs: 0, runqWaitNs: 0 }] }, newer };
    };
    const process = press({ ...state, latest: { ...latest, view: { ...latest.view, window } } }, "enter");
    const place = placeOf(press(process, "enter"));
    assert.ok(place.kind === "stacks");
    assert.ok(text(process).join("\n").includes(`Enter its ${place.mode} stacks`), "the screen says so before");
    return place.mode;
  };
  assert.equal(at(9e8), "on-CPU");
  assert.equal(at(1e6), "off-CPU");
});

test("a thread leads to its own stacks: running where it is busy, waiting where it is not", () => {
  const threads = press(onProcess(), "1");
  const busy = placeOf(press(threads, "enter"));
  assert.ok(busy.kind === "stacks" && busy.tid === 4242 && busy.mode === "on-CPU");
  const idle = placeOf(press(threads, "down", "enter"));
  assert.ok(idle.kind === "stacks" && idle.tid === 4243 && idle.mode === "off-CPU");
});

test("in which call each thread is now, since when, is in the threads; calls that hang are among the system calls", () => {
  for (const size of [
    { columns: 80, rows: 24 },
    { columns: 200, rows: 50 },
  ]) {
    const threads = press(onProcess(size), "1");
    assert.ok(wantedBy(threads).sources.has("sys"));
    assert.ok(
      text(threads).some((line) => /4243 .*futex .*>1m35s/.test(line)),
      text(threads).join("\n"),
    );
    const calls = press(onProcess(size), "2");
    // None of these has returned: the row is there for those inside.
    assert.ok(
      text(calls).some((line) => /futex .* 0 .* 2 .*>1m35s/.test(line)),
      text(calls).join("\n"),
    );
  }
  const stacks = placeOf(press(onProcess(), "2", "enter"));
  assert.ok(stacks.kind === "stacks" && /^sys_(read|futex)$/.test(stacks.search));
});

test("a soft interrupt leads to its durations, and they to the kernel's code that takes them", () => {
  const vector = press(stateOf(softirqs), "down", "enter");
  assert.deepEqual(breadcrumb(vector).slice(-1), ["softirqs TIMER"]);
  assert.ok(text(vector).some((line) => /p50 .*p99 .*max/.test(line)));
  const stacks = press(vector, "enter");
  const place = placeOf(stacks);
  assert.ok(place.kind === "stacks" && place.process === undefined && place.search === "run_timer_softirq");
  assert.equal(whereOf(press(stacks, "esc")), "histogram", "what one came with is no step of its own");
});

test("a bar of a histogram leads to who is in it, and they to themselves", () => {
  const users = press(stateOf(runqlat), "enter");
  assert.match(breadcrumb(users).at(-1) ?? "", /^runqlat 16.4µs–32.8µs$/);
  assert.match(breadcrumb(press(users, "enter")).at(-1) ?? "", /^fio\[4242\]$/);
});

test("where nothing happened, Enter stays", () => {
  const empty: AnyPane = { ...runqlat, hist: emptyHist };
  const state = stateOf(empty);
  assert.equal(press(state, "enter").places.length, state.places.length);
});

test("from the first screen one key leads to the stacks of the whole machine; on a process's screen to its own", () => {
  const stacks = (state: UiState) => {
    const place = placeOf(state);
    return place.kind === "stacks" ? [place.mode, place.process?.pid] : place.kind;
  };
  assert.deepEqual(stacks(press(stateOf(), "c")), ["on-CPU", undefined]);
  assert.deepEqual(stacks(press(stateOf(), "o")), ["off-CPU", undefined]);
  assert.deepEqual(stacks(press(stateOf(runqlat), "c")), ["on-CPU", undefined]);
  assert.deepEqual(stacks(press(onProcess(), "3", "f", "o")), ["off-CPU", FIO.pid]);
});
