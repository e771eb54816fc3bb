import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Feed, Frame } from "../../src/app/feed.ts";
import { recordingFeed } from "../../src/app/outputs/record.ts";
import { type ReplayOptions, replayFeed } from "../../src/app/replayFeed.ts";

const dir = mkdtempSync(path.join(tmpdir(), "bpftop-test-"));
after(() => rmSync(dir, { recursive: true, force: true }));

const frame = (at: number): Frame => ({ at, wallMs: at, host: "box", snapshots: {}, names: [] });

function recorded(...frames: readonly (Frame | string)[]): string {
  const file = path.join(dir, `${Math.random()}.jsonl`);
  writeFileSync(file, frames.map((one) => (typeof one === "string" ? one : JSON.stringify(one))).join("\n"));
  return file;
}

async function replayed(file: string, options: Partial<ReplayOptions> = {}): Promise<readonly number[]> {
  const feed = replayFeed({ file, intervalMs: undefined, paced: false, ...options });
  const seen: number[] = [];
  feed.subscribe(({ at }) => seen.push(at));
  feed.want(new Set());
  await feed.ended.finally(() => feed.close());
  return seen;
}

test("a recording comes back frame by frame", async () => {
  assert.deepEqual(await replayed(recorded(frame(1000), frame(2000), frame(3000))), [1000, 2000, 3000]);
});

test("a recording can be shown coarser than it is, and ticks that jitter are not left out", async () => {
  const file = recorded(...[0, 500, 1001, 1499, 2000, 2502, 2999].map(frame));
  assert.deepEqual(await replayed(file, { intervalMs: 1000 }), [0, 1001, 2000, 2999]);
});

test("paced, a recording takes as long as it took", async () => {
  const start = performance.now();
  await replayed(recorded(frame(1000), frame(1100), frame(1200)), { paced: true });
  const took = performance.now() - start;
  assert.ok(took >= 195 && took < 1000, `${took} ms`);
});

test("a line that is no frame is named", async () => {
  for (const line of ["", "{}", "null", '{"at":1', "hello"]) {
    const file = recorded(frame(1), line, frame(2));
    await assert.rejects(replayed(file), { message: `${file}:2 is no frame of a bpftop recording` });
  }
});

test("a file that is not there is an error at once", () => {
  assert.throws(() => replayFeed({ file: path.join(dir, "none"), intervalMs: undefined, paced: false }), /ENOENT/);
});

test("closed, a replay says no more", async () => {
  const feed = replayFeed({ file: recorded(frame(0), frame(60_000)), intervalMs: undefined, paced: true });
  const seen: number[] = [];
  feed.subscribe(({ at }) => seen.push(at));
  feed.want(new Set());
  await sleep(50);
  feed.close();
  await feed.ended;
  assert.deepEqual(seen, [0]);
});

test("what is recorded is every frame, of all sources, for its owner only", async () => {
  const listeners = new Set<(frame: Frame) => void>();
  const wanted: (readonly string[])[] = [];
  const live: Feed = {
    subscribe(onFrame) {
      listeners.add(onFrame);
      return () => listeners.delete(onFrame);
    },
    want: (sources) => wanted.push([...sources]),
    setIntervalMs() {},
    close() {},
  };
  const file = path.join(dir, "recording.jsonl");
  const feed = recordingFeed(live, file, new Set(["a", "b"]), assert.ifError);
  feed.want(new Set(["c"]));
  for (const listen of listeners) for (const at of [1, 2, 3]) listen(frame(at));
  feed.close();
  assert.equal(listeners.size, 0);
  assert.deepEqual(wanted, [["c", "a", "b"]]);
  await sleep(50);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readFileSync(file, "utf8"), [1, 2, 3].map((at) => `${JSON.stringify(frame(at))}\n`).join(""));
});
