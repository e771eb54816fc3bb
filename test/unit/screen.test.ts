import assert from "node:assert/strict";
import { test } from "node:test";
import { breadcrumb, selectedUseRow, visiblePanes } from "../../src/app/nav.ts";
import type { UiState } from "../../src/app/state.ts";
import { shownRows } from "../../src/app/tableKeys.ts";
import { paint, themeFor } from "../../src/app/theme.ts";
import { screenLines } from "../../src/app/ui/compose.ts";
import { foldRows } from "../../src/app/ui/useSummary.ts";
import { update } from "../../src/app/update.ts";
import { frameAt, press, stateWith, type User, useRow, usersPane } from "./screenFixture.ts";

const RESOURCES = [useRow("cpu", "", "ok"), useRow("disk", "vda", "critical"), useRow("tcp", "", "notice")];
const start = (columns = 120, lines = 40) => stateWith(RESOURCES, columns, lines);
const text = (state: UiState) =>
  screenLines(state, "")
    .map((line) => line.map((span) => span.text).join(""))
    .join("\n");
const users = (state: UiState) => (shownRows(state, usersPane)?.rows ?? []) as readonly User[];
const pids = (state: UiState) => users(state).map(({ pid }) => pid);
const tick = (state: UiState, second: number, many?: number) =>
  update(state, { kind: "frame", frame: frameAt(second, many) });

test("Enter on a resource opens the pane that explains it, and Esc comes back to the resource", () => {
  const inside = press(start(), "down", "enter");
  assert.deepEqual(breadcrumb(inside), ["USE", "disk vda", "users"]);
  const back = press(inside, "esc");
  assert.deepEqual(breadcrumb(back), ["USE"]);
  assert.equal(selectedUseRow(back)?.instance, "vda");
});

test("Tab, Shift-Tab and numbers go round the panes, on the board and over the whole screen", () => {
  assert.deepEqual(breadcrumb(press(start(), "tab")), ["USE", "users"]);
  assert.deepEqual(breadcrumb(press(start(), "shift-tab")), ["USE", "other"]);
  assert.deepEqual(breadcrumb(press(start(), "tab", "tab", "tab", "tab")), ["USE"]);
  assert.deepEqual(breadcrumb(press(start(), "1", "f", "tab")), ["USE", "waits"]);
  assert.deepEqual(breadcrumb(press(start(), "9")), ["USE"], "there is no ninth pane");
});

test("only panes that can be seen are wanted", () => {
  const small = stateWith([...RESOURCES, ...RESOURCES, ...RESOURCES], 80, 24);
  assert.deepEqual(
    visiblePanes(small).map(({ name }) => name),
    ["users"],
  );
  assert.deepEqual(
    visiblePanes(press(small, "3")).map(({ name }) => name),
    ["other"],
  );
  assert.equal(visiblePanes(start(200, 50)).length, 3);
});

test("the order follows s, <, > and r at once", () => {
  const state = press(start(), "1");
  assert.equal(pids(state)[0], 1029, "most bytes first");
  assert.equal(pids(press(state, "r"))[0], 1000);
  const byDisk = press(state, "<");
  assert.equal(users(byDisk)[0]?.disk, "vda");
  assert.deepEqual(pids(press(byDisk, ">")), pids(state));
});

test("the cursor stays on its row while the row moves about", () => {
  const on = press(start(), "1", "down", "down", "down");
  const key = on.tables["pane users"]?.cursor?.key;
  assert.equal(key, "1026");
  const reversed = press(on, "r");
  assert.match(text(reversed), /worker26/);
  const gone = tick(press(on, "end"), 3, 5);
  assert.doesNotThrow(() => text(gone));
});

test("a filter shows what has its text, whatever the case, and Esc takes it back", () => {
  const filtered = press(start(), "1", "/", "W", "O", "R", "K", "E", "R", "2");
  assert.deepEqual(pids(filtered).toSorted(), [1002, ...Array.from({ length: 10 }, (_, i) => 1020 + i)]);
  assert.match(text(filtered), /11 of 30/);
  assert.equal(pids(press(filtered, "backspace", "esc")).length, 30);
  const kept = press(filtered, "enter");
  assert.equal(pids(kept).length, 11);
  assert.equal(press(kept, "esc").places.length, 1, "the first Esc clears the filter");
  assert.equal(pids(press(kept, "esc")).length, 30);
});

test("a frozen screen stays as it is, can be walked, and goes on with now", () => {
  const frozen = press(start(), "1", "p");
  const later = tick(tick(frozen, 3), 4, 7);
  assert.equal(text(later), text(frozen));
  assert.match(text(later), /FROZEN at/);
  assert.equal(pids(press(later, "r"))[0], 1000, "sorted while frozen");
  assert.equal(pids(press(later, "p")).length, 7);
});

test("what was not measured is – and never 0", () => {
  const line = text(press(start(), "1", "f"))
    .split("\n")
    .find((row) => row.includes("worker29"));
  assert.match(line ?? "", /–/);
});

test("no window yet, no source, off, failed: each says so in words", () => {
  const state = start();
  const inState = (frame: ReturnType<typeof frameAt>) => text(press(update(state, { kind: "frame", frame }), "1", "f"));
  assert.match(inState(frameAt(3, 5, { kind: "attaching" })), /attaching/);
  assert.match(inState(frameAt(3, 5, { kind: "off" })), /not measured at this instant/);
  const failed = inState(frameAt(3, 5, { kind: "failed", why: "no BTF", advice: "install a kernel that has it" }));
  assert.match(failed, /no BTF/);
  assert.match(failed, /install a kernel that has it/);
  assert.match(inState({ ...frameAt(3), snapshots: {} }), /no source test/);
});

test("idle resources that are well leave a small screen first, in their place the others stay", () => {
  const idle = Array.from({ length: 9 }, (_, i) => useRow("disk", `loop${i}`, "ok", 0));
  const rows = [
    useRow("cpu", "", "ok"),
    ...idle,
    useRow("disk", "vda", "critical"),
    useRow("network", "eth0", "warning"),
    useRow("tcp", "", "ok"),
  ];
  const { kept, folded } = foldRows(rows, 5, undefined);
  assert.deepEqual(
    kept.map((row) => row.resource + row.instance),
    ["cpu", "diskvda", "networketh0", "tcp"],
  );
  assert.equal(folded.length, 9);
  assert.ok(foldRows(rows, 5, idle[4]).kept.includes(idle[4] as (typeof idle)[0]), "the cursor's row never leaves");
});

test("severity is told without colour, and ASCII is all that a plain locale gets", () => {
  const plain = themeFor({ NO_COLOR: "1", LANG: "C" });
  const painted = screenLines(start(), "").map((line) => paint(line, plain));
  for (const line of painted) assert.match(line, /^(?:[\x20-\x7e]|\u001b\[[0-9;]*m)*$/);
  assert.match(painted.join("\n"), /CRIT/);
  assert.doesNotMatch(painted.join("\n"), /\u001b\[[0-9;]*3[0-7]m/);
});

test("a repeated key within one read and a paste that is no filter do no harm", () => {
  const state = press(start(), "1");
  assert.equal(update(state, { kind: "paste", text: "q q q" }), state);
  const typed = update(press(state, "/"), { kind: "paste", text: "worker\n1\u001b[31m" });
  assert.doesNotThrow(() => text(typed));
});

test("a number of the summary is never cut, however narrow the screen", () => {
  for (let columns = 40; columns <= 200; columns++) {
    const screen = text(stateWith([useRow("cpu", "", "warning", 97)], columns, 24));
    assert.match(screen, /\b97%/, `${columns} columns`);
  }
});

test("until it is moved, the cursor is on the row that the verdict is about, which says where Enter leads", () => {
  const before = start();
  const [, vda] = RESOURCES;
  assert.ok(before.latest && vda);
  const verdict = { severity: "critical", text: "disk vda saturated → users", row: vda } as const;
  const use = { ...before.latest.view.use, verdict };
  const state = { ...before, latest: { ...before.latest, view: { ...before.latest.view, use } } };
  assert.match(text(state), /disk vda saturated → Enter: users/);
  assert.deepEqual(breadcrumb(press(state, "enter")), ["USE", "disk vda", "users"]);
  const long = { ...verdict, text: `disk vda saturated: ${"and so on, ".repeat(20)} → users; also tcp` };
  const wordy = {
    ...before,
    latest: { ...before.latest, view: { ...before.latest.view, use: { ...use, verdict: long } } },
  };
  assert.match(text(wordy), /disk vda saturated: and so on.*… → Enter: users *$/m, "the key is not cut off");
  const moved = press(state, "down");
  assert.equal(selectedUseRow(moved)?.resource, "tcp", "one further down from there");
  assert.match(text(moved), /disk vda saturated → users/);
  assert.equal(selectedUseRow(press(state, "up"))?.resource, "cpu");
});
