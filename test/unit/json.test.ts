import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Feed, Frame } from "../../src/app/feed.ts";
import { jsonLine } from "../../src/app/outputs/jsonLine.ts";
import { jsonSchema } from "../../src/app/outputs/jsonSchema.ts";
import { streamJson } from "../../src/app/outputs/jsonStream.ts";
import { type View, viewOf } from "../../src/app/view.ts";
import { type AnyPane, histogramPane, tablePane } from "../../src/panes/pane.ts";
import { panes } from "../../src/panes/registry.ts";
import { type Hist, emptyHist, subtract } from "../../src/sources/hist.ts";
import type { ProcessName } from "../../src/sources/process.ts";
import type { Snapshot, SourceState } from "../../src/sources/source.ts";

interface Fruit {
  readonly pid: number;
  readonly apples: number;
}
interface Orchard {
  readonly fruits: readonly Fruit[];
  readonly latency: Hist;
}

const table = tablePane<Orchard, Fruit>({
  name: "fruittop",
  question: "Who eats the apples?",
  resource: "memory",
  source: "orchard",
  rows: ({ newer, older }) =>
    newer.fruits.map((fruit, i) => ({ ...fruit, apples: fruit.apples - (older.fruits[i]?.apples ?? 0) })),
  rowKey: (row) => `${row.pid}`,
  process: (row) => ({ pid: row.pid, startMs: 5, comm: "ea\u001bter" }),
  columns: [
    { id: "apples", heading: "APPLES", unit: "count", perSecond: true, help: "eaten", get: (row) => row.apples },
    { id: "share", heading: "SHARE", unit: "percent", help: "of all", get: () => Number.NaN },
    { id: "place", heading: "PLACE", unit: "text", help: "where", get: () => undefined },
  ],
  sort: { column: "apples", descending: true },
  summary: () => [{ label: "all", unit: "count", value: 7 }],
});
const histogram = histogramPane<Orchard>({
  name: "fruitlat",
  question: "How long does an apple take?",
  resource: "memory",
  source: "orchard",
  unit: "ns",
  event: "apple",
  hist: ({ newer, older }) => subtract(newer.latency, older.latency),
  below: () => ({ kind: "stacks" }),
});
const both = [table, histogram];

const live: SourceState = { kind: "live", coverage: { via: ["tp_btf:fall"], sinceMs: 1000, unseen: ["pears"] } };
const name: ProcessName = {
  pid: 3,
  startMs: 5,
  comm: "eater",
  cmdline: "eater --all",
  cgroup: "/a",
  container: undefined,
  exited: true,
};

function frame(at: number, apples: number, state: SourceState = live, lost = 0): Frame {
  const slots = emptyHist().slots.with(5, apples);
  const data: Orchard = { fruits: [{ pid: 3, apples }], latency: { slots, sum: apples * 5, max: 5 } };
  const snapshot: Snapshot<Orchard> = { at, state, lost, data: state.kind === "live" ? data : undefined };
  return { at, wallMs: at, host: "box", snapshots: { orchard: snapshot }, names: [name] };
}

const line = (view: View, shown: readonly AnyPane[]) => JSON.parse(JSON.stringify(jsonLine(view, shown)));
const ajv = new Ajv2020({ formats: { "date-time": true } });

function assertValid(value: unknown, shown: readonly AnyPane[]): void {
  const validate = ajv.compile(jsonSchema(shown));
  assert.ok(validate(value), JSON.stringify(validate.errors));
}

test("a line holds the interval's totals, null for what was not measured, and who did it", () => {
  const value = line(viewOf(frame(2000, 10), frame(4000, 17, live, 2)), both);
  assertValid(value, both);
  assert.equal(value.time, "1970-01-01T00:00:04.000Z");
  assert.equal(value.seconds, 2);
  assert.deepEqual(value.panes.fruittop, {
    state: "live",
    via: ["tp_btf:fall"],
    since: "1970-01-01T00:00:01.000Z",
    unseen: ["pears"],
    missing: [],
    why: null,
    advice: null,
    seconds: 2,
    lost: 2,
    totals: [{ label: "all", unit: "count", value: 7 }],
    rows: [
      {
        pid: 3,
        startMs: 5,
        comm: "ea\u001bter",
        cmdline: "eater --all",
        cgroup: "/a",
        container: null,
        exited: true,
        apples: 7,
        share: null,
        place: null,
      },
    ],
  });
});

test("a histogram has exact counts and sum, and says that its percentiles are estimated", () => {
  const { histogram } = line(viewOf(frame(2000, 10), frame(4000, 17)), both).panes.fruitlat;
  assert.deepEqual(histogram.slots, [{ low: 4, high: 8, count: 7 }]);
  assert.deepEqual([histogram.unit, histogram.count, histogram.sumNs], ["ns", 7, 35]);
  assert.deepEqual(histogram.quality, { p50Ns: "estimated", p99Ns: "estimated", maxNs: "estimated" });
});

test("without events there are no percentiles", () => {
  const value = line(viewOf(frame(2000, 10), frame(4000, 10)), both);
  assertValid(value, both);
  const { count, p50Ns, maxNs, slots } = value.panes.fruitlat.histogram;
  assert.deepEqual([count, p50Ns, maxNs, slots], [0, null, null, []]);
});

for (const state of [
  { kind: "off" },
  { kind: "attaching" },
  { kind: "failed", why: "EPERM", advice: "sudo" },
] as const satisfies readonly SourceState[]) {
  test(`a source that is ${state.kind} has no numbers, and the line is still valid`, () => {
    const value = line(viewOf(frame(2000, 0, state), frame(4000, 0, state)), both);
    assertValid(value, both);
    const { rows, lost, seconds, why } = value.panes.fruittop;
    assert.deepEqual([rows, lost, seconds, why], [null, null, null, state.kind === "failed" ? "EPERM" : null]);
  });
}

test("where another source stands in, the line says why the first one failed", () => {
  const other = {
    ...table,
    source: "gone",
    otherwise: { source: "orchard", rows: table.rows as (window: unknown) => readonly Fruit[] },
  };
  const withGone = (one: Frame): Frame => {
    const gone = {
      at: one.at,
      state: { kind: "failed", why: "EPERM", advice: "sudo" },
      lost: 0,
      data: undefined,
    } as const;
    return { ...one, snapshots: { ...one.snapshots, gone } };
  };
  const value = line(viewOf(withGone(frame(2000, 10)), withGone(frame(4000, 15))), [other]);
  assertValid(value, [other]);
  const { state, via, why, advice, rows } = value.panes.fruittop;
  assert.deepEqual([state, via, why, advice], ["live", ["tp_btf:fall"], "EPERM", "sudo"]);
  assert.equal(rows[0].apples, 5);
});

test("every pane of the registry: the schema compiles, and holds a line without data", () => {
  assertValid(line(viewOf(undefined, frame(1000, 0)), panes), panes);
});

test("every pane of the registry: no column is named as a field of the process", () => {
  const fields = new Set(["pid", "startMs", "comm", "cmdline", "cgroup", "container", "exited"]);
  for (const pane of panes) {
    if (pane.kind !== "table") continue;
    const ids = pane.columns.map((column) => column.id);
    assert.equal(new Set(ids).size, ids.length, `${pane.name} names a column twice`);
    if (pane.process)
      assert.deepEqual(
        ids.filter((id) => fields.has(id)),
        [],
        pane.name,
      );
    assert.ok(ids.includes(pane.sort.column), `${pane.name} is sorted by a column it has`);
  }
});

/** A feed that ticks when told. */
function handFeed() {
  const listeners = new Set<(frame: Frame) => void>();
  const wanted: string[] = [];
  const feed: Feed = {
    subscribe(onFrame) {
      listeners.add(onFrame);
      return () => listeners.delete(onFrame);
    },
    want: (sources) => wanted.push(...sources),
    setIntervalMs() {},
    close() {},
  };
  const tick = (next: Frame) => {
    for (const listen of listeners) listen(next);
  };
  return { feed, wanted, tick };
}

test("the stream's lines abut, add up to the whole, and end at --count", async () => {
  const { feed, wanted, tick } = handFeed();
  const lines: string[] = [];
  const done = streamJson({
    feed,
    panes: [table],
    sources: () => new Set(["orchard"]),
    count: 3,
    write: (text) => lines.push(text),
    stop: new AbortController().signal,
  });
  for (const [second, apples] of [10, 12, 12, 99, 200].entries()) tick(frame(second * 1000 + 1, apples));
  await done;
  assert.deepEqual(wanted, ["orchard"]);
  assert.ok(lines.every((text) => text.indexOf("\n") === text.length - 1));
  assert.deepEqual(
    lines.map((text) => JSON.parse(text).panes.fruittop.rows[0].apples),
    [2, 0, 87],
  );
});

test("the stream stops at once when it is told to", async () => {
  const { feed, tick } = handFeed();
  const stop = new AbortController();
  const lines: string[] = [];
  const done = streamJson({
    feed,
    panes: [],
    sources: () => new Set(),
    count: undefined,
    write: (text) => lines.push(text),
    stop: stop.signal,
  });
  tick(frame(1000, 0));
  tick(frame(2000, 0));
  stop.abort();
  tick(frame(3000, 0));
  await done;
  assert.equal(lines.length, 1);
});
