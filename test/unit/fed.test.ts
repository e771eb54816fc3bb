import assert from "node:assert/strict";
import { test } from "node:test";
import { fed, neededBy } from "../../src/app/fed.ts";
import { streamJson } from "../../src/app/outputs/jsonStream.ts";
import type { Frame } from "../../src/app/feed.ts";
import { narrowed } from "../../src/panes/narrow.ts";
import { biotop } from "../../src/panes/disk/biotop.ts";
import { top } from "../../src/panes/cpu/top.ts";
import type { Snapshot, SourceState } from "../../src/sources/source.ts";

const FAILED: SourceState = { kind: "failed", why: "no BPF: why", advice: "do this" };
const LIVE: SourceState = { kind: "live", coverage: { via: ["/proc/PID/stat"], sinceMs: 1, unseen: [] } };
const ONE = { pid: 7, startMs: 1, comm: "spin" };
const OTHER = { pid: 8, startMs: 1, comm: "idle" };

const snapshot = (at: number, state: SourceState, data?: unknown): Snapshot<unknown> => ({ at, state, lost: 0, data });
function frame(second: number, isSecondThere: boolean): Frame {
  const at = second * 1000;
  const processes = [
    { ...ONE, cpuMs: second * 500 },
    { ...OTHER, cpuMs: 30 },
  ];
  const tasks = isSecondThere ? snapshot(at, LIVE, { processes }) : snapshot(at, { kind: "off" });
  return { at, wallMs: at, host: "h", names: [], snapshots: { sched: snapshot(at, FAILED), tasks } };
}

test("a pane whose source has failed is fed by its other one; the other is needed only then", () => {
  assert.equal(fed(top, undefined), top);
  assert.deepEqual(neededBy(top, undefined), ["sched"]);
  assert.equal(fed(top, frame(1, true)).source, "tasks");
  assert.deepEqual(neededBy(top, frame(1, true)), ["sched", "tasks"]);
  assert.deepEqual(neededBy(biotop, frame(1, true)), ["block"], "its source has not failed");
});

test("of /proc, top has CPU time and no waits; narrowed to a process, only that", () => {
  const { rows } = fed(top, frame(1, true));
  const data = (second: number) => frame(second, true).snapshots["tasks"]?.data as never;
  const window = { older: data(1), newer: data(2), seconds: 1, lost: 0 };
  assert.deepEqual(rows(window), [
    { ...ONE, cpuNs: 500e6, switchIns: undefined, runqWaitNs: undefined, began: undefined },
  ]);
  const ofOther = fed(narrowed(top, OTHER), frame(1, true));
  assert.ok(ofOther.kind === "table");
  assert.deepEqual(ofOther.rows(window), []);
});

test("--json begins when the other source is there, and asks for it once", async () => {
  const listeners = new Set<(frame: Frame) => void>();
  const wanted: string[][] = [];
  const written: string[] = [];
  const done = streamJson({
    feed: {
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      want: (sources) => wanted.push([...sources]),
      setIntervalMs() {},
      close() {},
    },
    panes: [top],
    sources: (latest) => new Set(neededBy(top, latest)),
    count: 2,
    write: (line) => written.push(line),
    stop: new AbortController().signal,
  });
  for (const second of [1, 2, 3, 4]) for (const listen of listeners) listen(frame(second, second > 1));
  await done;
  assert.deepEqual(wanted, [["sched"], ["sched", "tasks"]]);
  assert.deepEqual(
    written.map((line) => JSON.parse(line).panes.top.rows.map(({ cpuNs }: { cpuNs: number }) => cpuNs)),
    [[500e6], [500e6]],
  );
});
