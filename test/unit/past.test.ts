import assert from "node:assert/strict";
import { test } from "node:test";
import type { Frame } from "../../src/app/feed.ts";
import { NO_HISTORY, historyOf, metricValues, remember } from "../../src/app/history.ts";
import { NamesThen } from "../../src/app/past/names.ts";
import { pack } from "../../src/app/past/pack.ts";
import { type Instant, type Leap, Past } from "../../src/app/past/past.ts";
import { Store } from "../../src/app/store.ts";
import { type UiState, shownOf } from "../../src/app/state.ts";
import { screenLines } from "../../src/app/ui/compose.ts";
import type { ProcessName } from "../../src/sources/process.ts";
import type { Snapshot } from "../../src/sources/source.ts";
import type { UseReport } from "../../src/panes/use/report.ts";
import { frameAt, press, stateWith, useRow } from "./screenFixture.ts";

const LIMITS = { ms: 600_000, bytes: 64 << 20 };
const use = (value: number | undefined, ...instances: readonly string[]): UseReport => ({
  rows: instances.map((instance) => {
    const row = useRow("disk", instance, "ok");
    return { ...row, utilization: row.utilization.map((metric) => ({ ...metric, value })) };
  }),
  verdict: { severity: "ok", text: "", row: undefined },
});

async function pastOf(seconds: readonly number[], limits = LIMITS, users = 30): Promise<Past> {
  const past = new Past(limits);
  for (const [i, second] of seconds.entries()) {
    past.keep(frameAt(second, users), i === 0 ? undefined : use(second, "vda"));
    await past.settled();
  }
  return past;
}

const upTo = (most: number) => Array.from({ length: most }, (_, i) => i + 1);
const secondOf = (instant: Instant | undefined) => (instant?.view.frame.at ?? Number.NaN) / 1000;

test("history: one step is one frame, and a window reaches from the frame before", async () => {
  const past = await pastOf(upTo(20));
  const step = (from: number, leap: Leap) => secondOf(past.leap(from * 1000, leap));
  assert.equal(step(20, { frames: -1 }), 19);
  assert.equal(step(7, { frames: 1 }), 8);
  assert.equal(step(7.5, { frames: -1 }), 7, "from an instant that is no longer kept");
  assert.equal(step(7.5, { frames: 1 }), 8);
  assert.equal(step(20, { frames: 1 }), 20, "not beyond the newest");
  assert.equal(step(2, { frames: -1 }), 2, "the first frame has no window");
  assert.equal(step(15, { ms: -60_000 }), 2);
  assert.equal(step(5, { ms: 7_000 }), 12);
  const instant = past.leap(10_000, { frames: 1 });
  assert.equal(instant?.view.seconds, 1);
  assert.deepEqual(instant?.view.window("test")?.newer, frameAt(11).snapshots["test"]?.data);
  assert.deepEqual(instant?.view.window("test")?.older, frameAt(10).snapshots["test"]?.data);
});

test("history: without two frames there is none", async () => {
  assert.equal((await pastOf([])).leap(0, { frames: -1 }), undefined);
  assert.equal((await pastOf([1])).leap(1000, { frames: -1 }), undefined);
});

test("history: what is older than the limit is gone", async () => {
  const past = await pastOf(upTo(30), { ...LIMITS, ms: 10_000 });
  assert.equal(past.extent.ms, 10_000);
  assert.equal(secondOf(past.leap(30_000, { ms: -60_000 })), 21);
});

test("history: where memory runs out, older frames stand further apart and the whole time stays in reach", async () => {
  const whole = await pastOf(upTo(120));
  const limit = 40_000;
  assert.ok(whole.extent.bytes > limit, `${whole.extent.bytes}`);
  const past = await pastOf(upTo(120), { ...LIMITS, bytes: limit });
  assert.ok(past.extent.frames < whole.extent.frames);
  assert.ok(past.extent.bytes <= limit * 1.5, `${past.extent.bytes}`);
  assert.equal(secondOf(past.leap(120_000, { frames: -1 })), 119, "the newest are all there");
  const oldest = past.leap(120_000, { ms: -600_000 });
  assert.ok(secondOf(oldest) < 60, `${secondOf(oldest)}`);
  assert.ok((oldest?.view.seconds ?? 0) > 1, "a longer window");
});

test("history: packed, a frame takes a fraction, and it comes back whole", async () => {
  const past = await pastOf(upTo(10), LIMITS, 1000);
  const plain = JSON.stringify(frameAt(5, 1000)).length;
  assert.ok(past.extent.bytes < plain * 10 * 0.5, `${past.extent.bytes} of ${plain * 10}`);
  assert.deepEqual(past.leap(4000, { frames: 1 })?.view.frame.snapshots, frameAt(5, 1000).snapshots);
});

test("history: frames that come faster than they can be packed are left out, not piled up", () => {
  const past = new Past(LIMITS);
  for (const second of upTo(100)) past.keep(frameAt(second), undefined);
  assert.equal(past.extent.frames, 16);
});

test("history: the sparklines are those of then", async () => {
  const past = await pastOf(upTo(300));
  const series = [...(past.leap(290_000, { frames: 1 })?.history.values() ?? [])];
  assert.deepEqual(series, [upTo(291).slice(-240)]);
});

test("historyOf makes what remember made update by update", () => {
  const reports = [use(1, "vda", "vdb"), use(2, "vda"), use(undefined, "vda", "vdb"), use(4, "vda", "vdb")];
  const remembered = reports.reduce(remember, NO_HISTORY);
  assert.deepEqual(historyOf(reports.map(metricValues)), remembered);
  assert.deepEqual(
    [...remembered.values()],
    [
      [1, 2, undefined, 4],
      [undefined, 4],
    ],
  );
});

const nginx: ProcessName = {
  pid: 7,
  startMs: 1,
  comm: "sh",
  cmdline: "sh",
  cgroup: undefined,
  container: undefined,
  exited: false,
};

test("names: a process is called what it was called then", () => {
  const names = new NamesThen();
  names.keep([nginx], 1000);
  names.keep([{ ...nginx, comm: "nginx" }], 2000);
  names.keep([{ ...nginx, comm: "nginx", exited: true }], 3000);
  const at = (ms: number) => names.at(ms).map(({ comm, exited }) => `${comm} ${exited}`);
  assert.deepEqual([at(500), at(1500), at(2000), at(9000)], [[], ["sh false"], ["nginx false"], ["nginx true"]]);
  names.forget(3000);
  assert.equal(names.at(9000).length, 1);
  names.forget(3001);
  assert.equal(names.at(9000).length, 0);
});

/** A store whose frames the test sends. */
function storeWith(state: UiState): { readonly store: Store; readonly send: (frame: Frame) => void } {
  const listeners: ((frame: Frame) => void)[] = [];
  const feed = {
    subscribe: (onFrame: (frame: Frame) => void) => {
      listeners.push(onFrame);
      return () => {};
    },
    want: () => {},
    setIntervalMs: () => {},
    close: () => {},
  };
  const draw = (now: UiState) => screenLines(now, "").map((line) => line.map(({ text }) => text).join(""));
  const store = new Store({ feed, state, draw });
  store.start();
  const send = (frame: Frame) => {
    for (const listener of listeners) listener(frame);
  };
  return { store, send };
}

test("[ goes back and freezes, ] goes on, p is now", () => {
  const { store, send } = storeWith({ ...stateWith([]), latest: undefined });
  const key = (name: string) => store.dispatch({ kind: "key", key: name });
  const second = () => (shownOf(store.state)?.view.frame.at ?? 0) / 1000;
  key("[");
  assert.match(store.lines().at(-1) ?? "", /no past/);
  for (const at of upTo(10)) send(frameAt(at));
  key("[");
  key("[");
  assert.equal(second(), 8);
  assert.match(store.lines()[0] ?? "", /HISTORY \d\d:\d\d:\d\d, 2s ago, \] goes on/);
  send(frameAt(11));
  assert.equal(second(), 8);
  assert.match(store.lines()[0] ?? "", /3s ago/);
  for (let i = 0; i < 3; i++) key("]");
  assert.equal(second(), 11);
  key("]");
  assert.match(store.lines().at(-1) ?? "", /newest/);
  key("{");
  assert.equal(second(), 2);
  key("p");
  assert.equal(second(), 11);
  assert.doesNotMatch(store.lines()[0] ?? "", /HISTORY/);
});

test("a message is gone at the next key", () => {
  const said = { ...stateWith([]), message: "done" };
  assert.equal(press(said, "down").message, undefined);
});

/** Frames of a table of which each second one row more has changed; the others are the same objects, as sources give them. */
function standingStill(frames: number, rows: number): readonly Frame[] {
  let table: readonly object[] = Array.from({ length: rows }, (_, id) => ({
    id,
    text: `row ${id} ${id * 7919}`,
    n: 0,
  }));
  return upTo(frames).map((second) => {
    table = table.with(second % rows, { id: second % rows, text: "changed", n: second });
    if (second % 5 === 0) table = [...table.slice(1), { id: rows + second, text: "new", n: second }];
    const frame = frameAt(second);
    const [test] = Object.values(frame.snapshots);
    return {
      ...frame,
      snapshots: { test: { ...test, data: { table, few: [{ a: second }], total: second } } as Snapshot<unknown> },
    };
  });
}

async function pastOfFrames(frames: readonly Frame[], limits = LIMITS): Promise<Past> {
  const past = new Past(limits);
  for (const frame of frames) {
    past.keep(frame, use(1, "vda"));
    await past.settled();
  }
  return past;
}

test("history: what stands still is kept once, and every frame comes back as it was", async () => {
  const frames = standingStill(60, 2000);
  const past = await pastOfFrames(frames);
  const [one, many] = [(await pastOfFrames(frames.slice(0, 6))).extent.bytes, past.extent.bytes];
  assert.ok(many < 8 * one, `${many} bytes for 60 frames, ${one} for the first`);
  for (const second of [2, 3, 15, 16, 17, 18, 31, 33, 40, 59]) {
    const instant = past.leap(second * 1000 - 1, { frames: 1 });
    assert.deepEqual(instant?.view.frame.snapshots, frames[second - 1]?.snapshots, `second ${second}`);
  }
});

test("history: a frame outlives the one that it is told from, and in the end the memory is given back", async () => {
  const frames = standingStill(40, 500);
  const past = await pastOfFrames(frames, { ...LIMITS, ms: 12_000 });
  const oldest = past.leap(0, { frames: 1 });
  assert.deepEqual(oldest?.view.frame.snapshots, frames[secondOf(oldest) - 1]?.snapshots);
  const bytes = past.extent.bytes;
  const longer = await pastOfFrames(standingStill(90, 500), { ...LIMITS, ms: 12_000 });
  assert.ok(longer.extent.bytes < 2 * bytes, `${longer.extent.bytes} after 90 frames, ${bytes} after 40`);
});

test("history: a packed frame holds no more memory than it counts", async () => {
  const packed = await pack(frameAt(3).snapshots);
  for (const bytes of packed.values()) assert.equal(bytes.buffer.byteLength, bytes.byteLength);
});
