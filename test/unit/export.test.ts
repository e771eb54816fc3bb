import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { csvCell, csvOf } from "../../src/app/export/csv.ts";
import { exportsOf } from "../../src/app/export/exports.ts";
import { speedscopeOf } from "../../src/app/export/speedscope.ts";
import { exportDirectories, writeExports } from "../../src/app/export/writeFiles.ts";
import { stacksOf } from "../../src/app/stacks/place.ts";
import type { UiState } from "../../src/app/state.ts";
import { update } from "../../src/app/update.ts";
import type { Frame as StackFrame } from "../../src/sources/symbols/frame.ts";
import { HOSTILE, frameAt, press, stateWith, useRow, usersPane } from "./screenFixture.ts";

const dir = mkdtempSync(path.join(tmpdir(), "bpftop-export-"));
after(() => rmSync(dir, { recursive: true, force: true }));

/** Reads CSV as RFC 4180 has it. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end !== ",") rows.push([]);
  }
  return rows.slice(0, -1);
}

function filesOf(state: UiState): ReadonlyMap<string, string> {
  return new Map(exportsOf(state, "Linux").files.map(({ extension, text }) => [extension, text]));
}

test("CSV cells: what could be a formula, a separator or a control is none", () => {
  assert.equal(csvCell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
  assert.equal(csvCell("+1"), "'+1");
  assert.equal(csvCell("-1"), "'-1");
  assert.equal(csvCell("@x"), "'@x");
  assert.equal(csvCell(-1), "-1", "a number is no text");
  assert.equal(csvCell('a,"b"'), '"a,""b"""');
  assert.equal(csvCell("\u001b[31m\r\n\u202e"), "?[31m???");
  // Taken out first, or it would be a formula again.
  assert.equal(csvCell("\ufe0f=1"), "'=1");
  assert.equal(csvCell(null), "");
});

test("CSV of rows: a distribution is a column for each number", () => {
  const rows = [
    { a: 1, latency: { unit: "ns", p50Ns: 7, slots: [1, 2], quality: { p50Ns: "estimated" } } },
    { a: null },
  ];
  assert.equal(csvOf(rows, []), "a,latency.unit,latency.p50Ns\r\n1,ns,7\r\n,,\r\n");
  assert.equal(csvOf([], ["a", "b"]), "a,b\r\n");
});

test("a table is exported as it is filtered and sorted, with the names of --json", () => {
  const state = press(stateWith([]), "1", "f", "/", "2", "enter", "r");
  const files = filesOf(state);
  assert.deepEqual([...files.keys()], ["txt", "json", "csv"]);
  const [heading = [], ...rows] = parseCsv(files.get("csv") ?? "");
  const fields = ["pid", "startMs", "comm", "cmdline", "cgroup", "container", "exited", "disk", "bytes", "unknown"];
  assert.deepEqual(heading, ["time", "seconds", ...fields]);
  const json = JSON.parse(files.get("json") ?? "") as { panes: { users: { rows: { comm: string; bytes: number }[] } } };
  const told = json.panes.users.rows;
  assert.equal(rows.length, told.length);
  assert.ok(told.length > 2 && told.length < 30, "filtered");
  assert.deepEqual(
    rows.map((row) => Number(row[heading.indexOf("bytes")])),
    told.map(({ bytes }) => bytes),
  );
  assert.deepEqual(
    told.map(({ bytes }) => bytes),
    told.map(({ bytes }) => bytes).toSorted((a, b) => a - b),
  );
});

test("hostile names stay data in every file", () => {
  const rows = parseCsv(filesOf(press(stateWith([]), "1", "f")).get("csv") ?? "");
  assert.equal(rows.length, 31);
  assert.ok(rows.every((row) => row.length === 12));
  const files = filesOf(press(stateWith([useRow("disk", HOSTILE, "warning")]), "1", "f"));
  for (const [extension, text] of files)
    assert.doesNotMatch(text.replace(/\r?\n/g, ""), /[\0-\x1f\x7f-\x9f]/, extension);
  const json = JSON.parse(files.get("json") ?? "") as { panes: { users: { rows: { comm: string }[] } } };
  assert.ok(
    json.panes.users.rows.some(({ comm }) => comm === HOSTILE),
    "JSON is exact",
  );
});

test("the USE summary and histograms have their files too", () => {
  const use = parseCsv(filesOf(stateWith([useRow("disk", "vda", "ok", 12)])).get("csv") ?? "");
  assert.deepEqual(
    use[1]?.slice(1),
    ["disk", "vda", "utilization", "busy", "12", "percent", "ok", ""].map((cell, i) =>
      i === 3 ? "busyPercent" : cell,
    ),
  );
  const slots = parseCsv(filesOf(press(stateWith([]), "2", "f")).get("csv") ?? "");
  assert.deepEqual(slots[0], ["time", "seconds", "unit", "low", "high", "count"]);
  assert.ok(slots.slice(1).some((row) => Number(row[5]) > 0));
});

test("the screen as text has no keys and no padding, and the marks after it", () => {
  const state = { ...stateWith([]), marks: [{ wallMs: 1_001_000, note: "deploy" }], message: "old news" };
  const text = filesOf(state).get("txt") ?? "";
  assert.match(text, /^bpftop USE/);
  assert.match(text, /◆ \d\d:\d\d:\d\d deploy\n$/);
  assert.doesNotMatch(text, / $|old news/m);
  assert.match(filesOf(state).get("json") ?? "", /"note": "deploy"/);
});

const frame = (name: string, kind: StackFrame["kind"] = "user", module?: string): StackFrame => ({
  name,
  kind,
  module,
  unresolved: undefined,
});

test("speedscope: samples are stacks of indices into the shared frames, outermost first", () => {
  const stacks = [
    { frames: [frame("main"), frame("spin")], weight: 30.4 },
    { frames: [frame("main"), frame("read", "kernel")], weight: 10 },
  ];
  const file = speedscopeOf("spin[1]", [{ name: "on-CPU", stacks }]);
  assert.deepEqual(file.shared.frames, [{ name: "main" }, { name: "spin" }, { name: "read", file: "[kernel]" }]);
  const [profile] = file.profiles;
  assert.deepEqual(profile?.samples, [
    [0, 1],
    [0, 2],
  ]);
  assert.deepEqual(profile?.weights, [30, 10]);
  assert.deepEqual([profile?.unit, profile?.startValue, profile?.endValue], ["nanoseconds", 0, 40]);
});

/** A stack screen of a process whose name is as hostile as its function's. */
function stacksState(): UiState {
  const state = stateWith([]);
  const stack = {
    id: 1,
    tid: 7,
    thread: "t",
    samples: 3,
    user: [frame("a;b\u001b[31m\nc 1"), frame("main")],
    kernel: [],
  };
  const shot = frameAt(3);
  const live = shot.snapshots["test"];
  assert.ok(live);
  const data = { hz: 100, stacks: [stack] };
  const framed = { ...shot, snapshots: { ...shot.snapshots, prof: { ...live, data } } };
  const process = { pid: 7, startMs: 1, comm: "../../x;y\n" };
  const there = { ...state, places: [state.places[0], stacksOf(process, "on-CPU")] } as const;
  return update(there, { kind: "frame", frame: framed });
}

test("stacks are exported as folded text and for speedscope", () => {
  const files = filesOf(stacksState());
  assert.deepEqual([...files.keys()], ["txt", "folded", "speedscope.json"]);
  assert.equal(files.get("folded"), "../../x:y:[7];main;a:b?[31m:c 1 30000000\n");
  const speedscope = JSON.parse(files.get("speedscope.json") ?? "") as ReturnType<typeof speedscopeOf>;
  assert.deepEqual(speedscope.profiles[0]?.weights, [30_000_000]);
  assert.deepEqual(
    speedscope.profiles[0]?.samples[0]?.map((i) => speedscope.shared.frames[i]?.name),
    ["main", "a;b\u001b[31m\nc 1"],
  );
});

test("a hostile name does not get into a path", () => {
  const state = stateWith([]);
  const pane = { ...usersPane, name: "../../etc/\u001b[31mx y" };
  const there = { ...state, places: [state.places[0], { kind: "pane", pane, from: "disk ../.." }] } as const;
  assert.match(exportsOf(there, "").stem, /^\d{8}-\d{6}-[A-Za-z0-9-]+$/);
});

test("files are the user's alone, in a directory that is too, and nothing is overwritten", () => {
  const directory = path.join(dir, "state/bpftop");
  const exports = {
    stem: "s",
    files: [
      { extension: "txt", text: "one" },
      { extension: "csv", text: "two" },
    ],
  };
  assert.equal(writeExports(exports, [directory]), `written: ${directory}/s.{txt,csv}`);
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  assert.equal(statSync(path.join(directory, "s.txt")).mode & 0o777, 0o600);
  assert.equal(writeExports(exports, [directory]), `written: ${directory}/s-2.{txt,csv}`);
  const victim = path.join(dir, "victim");
  writeFileSync(victim, "mine");
  symlinkSync(victim, path.join(directory, "t.txt"));
  assert.equal(writeExports({ ...exports, stem: "t" }, [directory]), `written: ${directory}/t-2.{txt,csv}`);
  assert.equal(readFileSync(victim, "utf8"), "mine");
});

test("where the first directory can't be made the next is taken; where none can, it says why", () => {
  const blocked = path.join(dir, "file");
  writeFileSync(blocked, "");
  const next = path.join(dir, "next");
  mkdirSync(next);
  const exports = { stem: "s", files: [{ extension: "txt", text: "one" }] };
  assert.equal(writeExports(exports, [path.join(blocked, "x"), next]), `written: ${next}/s.txt`);
  assert.deepEqual(readdirSync(next), ["s.txt"]);
  assert.match(writeExports(exports, [path.join(blocked, "x")]), /^nothing written: ENOTDIR/);
});

test("the directory is XDG's, by its rules", () => {
  assert.deepEqual(exportDirectories({}, "/home/u", "/tmp"), ["/home/u/.local/state/bpftop", "/tmp"]);
  assert.deepEqual(exportDirectories({ XDG_STATE_HOME: "/s" }, "/home/u", "/tmp")[0], "/s/bpftop");
  assert.deepEqual(exportDirectories({ XDG_STATE_HOME: "rel" }, "/home/u", "/tmp")[0], "/home/u/.local/state/bpftop");
});
