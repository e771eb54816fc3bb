import assert from "node:assert/strict";
import { test } from "node:test";
import { completions } from "../../src/app/command/complete.ts";
import { breadcrumb } from "../../src/app/nav.ts";
import { type UiState, placeOf } from "../../src/app/state.ts";
import { screenLines } from "../../src/app/ui/compose.ts";
import { update } from "../../src/app/update.ts";
import type { ProcessName } from "../../src/sources/process.ts";
import { HOSTILE, frameAt, press, stateWith } from "./screenFixture.ts";

const name = (pid: number, comm: string, exited = false): ProcessName => ({
  pid,
  startMs: 1,
  comm,
  cmdline: undefined,
  cgroup: undefined,
  container: undefined,
  exited,
});
const SEEN = [
  name(50, "fio", true),
  name(4242, "fio"),
  name(7, "nginx"),
  name(8, "nginx"),
  name(9, "tmux: server"),
  name(66, HOSTILE),
];

function live(): UiState {
  return update(stateWith([]), { kind: "frame", frame: { ...frameAt(3), names: SEEN } });
}
const say = (state: UiState, text: string, ...keys: readonly string[]) => press(state, ":", ...text, ...keys);
const run = (text: string, state = live()) => say(state, text, "enter");
const lastLine = (state: UiState) => (screenLines(state, "").at(-1) ?? []).map(({ text }) => text).join("");

test("a pane is gone to by its name, wherever one stands, and Esc leads to the overview", () => {
  const there = run("waits", run("process 4242"));
  assert.deepEqual(breadcrumb(there), ["USE", "waits"]);
  assert.equal(placeOf(press(there, "esc")).kind, "overview");
  assert.equal(there.prompt, undefined);
});

test("a command may be cut short while it is clear which it is", () => {
  assert.deepEqual(breadcrumb(run("wai")), ["USE", "waits"]);
  assert.match(run("o").message ?? "", /o could be other, overview, oncpu, offcpu/);
  assert.equal(run("use").message, undefined, "its own name is clear, whatever begins so");
});

test("processes are named by PID, by name or by both", () => {
  for (const argument of ["4242", "fio", "FIO", "fio[4242]", "renamed[4242]"]) {
    assert.deepEqual(breadcrumb(run(`process ${argument}`)), ["USE", "fio[4242]"], argument);
  }
  assert.deepEqual(breadcrumb(run("process tmux: server")), ["USE", "tmux: server[9]"]);
  assert.match(run("process nginx").message ?? "", /2 processes are called nginx: 7, 8/);
  assert.match(run("process ngnix").message ?? "", /did you mean nginx/);
  assert.match(run("process 77").message ?? "", /process 77 has done nothing/);
  assert.match(run("process").message ?? "", /process what/);
});

test("stacks of a process lie below it; without one they are the machine's", () => {
  assert.deepEqual(breadcrumb(run("offcpu fio")), ["USE", "fio[4242]", "off-CPU"]);
  assert.deepEqual(breadcrumb(run("stacks")), ["USE", "whole machine", "on-CPU"]);
});

test("interval is in seconds, within bounds", () => {
  assert.equal(run("interval 0.25").intervalMs, 250);
  for (const wrong of ["0", "x", "-1", "1e9", "0.09"]) {
    const after = run(`interval ${wrong}`);
    assert.equal(after.intervalMs, 1000);
    assert.match(after.message ?? "", /seconds from 0.1 to 3600/);
  }
});

test("actions do what their keys do", () => {
  assert.deepEqual(run("export").ask, { kind: "export" });
  assert.deepEqual(run("copy").ask, { kind: "copy" });
  assert.deepEqual(run("quit").ask, { kind: "quit" });
  assert.deepEqual(run("back").ask, { kind: "leap", leap: { frames: -1 } });
  assert.equal(placeOf(run("help")).kind, "help");
  const frozen = run("freeze");
  assert.ok(frozen.frozen);
  assert.equal(run("now", frozen).frozen, undefined);
});

test("what is no command is told with what is near, and gone at the next key", () => {
  const wrong = run("exprot");
  assert.match(wrong.message ?? "", /no command "exprot"; did you mean export/);
  assert.match(lastLine(wrong), /did you mean export/);
  assert.equal(press(wrong, "down").message, undefined);
  assert.match(run("quit now").message ?? "", /takes nothing/);
});

test("completion: what begins so, then what has it within", () => {
  const state = live();
  assert.deepEqual(completions(state, "o"), [
    ...["other", "overview", "oncpu", "offcpu"],
    ...["process ", "now", "forth", "export", "copy"],
  ]);
  assert.deepEqual(completions(state, "process ng"), ["process nginx[7]", "process nginx[8]"]);
  assert.deepEqual(completions(state, "offcpu 42"), ["offcpu fio[4242]"]);
  assert.deepEqual(completions(state, "process fio"), ["process fio[4242]", "process fio[50]"], "those that run first");
  assert.deepEqual(completions(state, "mark wai"), []);
  assert.deepEqual(completions(state, "xyz"), []);
});

test("Tab goes through the completions and round; the right arrow takes the first", () => {
  const text = (...keys: readonly string[]) => say(live(), "process ng", ...keys).prompt?.text;
  assert.equal(text("tab"), "process nginx[7]");
  assert.equal(text("tab", "tab"), "process nginx[8]");
  assert.equal(text("tab", "tab", "tab"), "process nginx[7]");
  assert.equal(text("shift-tab"), "process nginx[8]");
  assert.equal(text("right"), "process nginx[7]");
  assert.equal(text("tab", "tab", "right"), "process nginx[8]");
  assert.deepEqual(breadcrumb(say(live(), "process ng", "tab", "tab", "enter")), ["USE", "nginx[8]"]);
  assert.deepEqual(breadcrumb(say(live(), "pro", "right", ..."fio", "right", "enter")), ["USE", "fio[4242]"]);
});

test("while a command is typed, keys are text; Esc and taking back leave it", () => {
  const typing = say(live(), "q", "space", "p", "[");
  assert.equal(typing.prompt?.text, "q p[");
  assert.equal(typing.frozen, undefined);
  assert.equal(press(typing, "esc").prompt, undefined);
  assert.equal(press(live(), ":", "a", "backspace").prompt?.text, "");
  assert.equal(press(live(), ":", "a", "backspace", "backspace").prompt, undefined);
  assert.equal(update(press(live(), ":"), { kind: "paste", text: "use\nx".repeat(99) }).prompt?.text.length, 200);
});

test("the line of the command is exactly as wide as the screen, whatever processes are called", () => {
  for (const columns of [20, 80, 200]) {
    const state = { ...live(), size: { columns, rows: 24 } };
    for (const keys of [":", ":process ", ":process evil", ":r", "mnote"]) {
      const line = lastLine(press(state, ...keys, ...(keys.endsWith("evil") ? ["tab"] : [])));
      assert.equal([...line].length, columns, keys);
      assert.doesNotMatch(line, /[\0-\x1f\x7f-\x9f\u202e]/);
    }
  }
});

test("a mark has the time of its key, however long its note takes", () => {
  let state = press(live(), "m", ..."deploy");
  state = update(state, { kind: "frame", frame: frameAt(9) });
  state = press(state, "space", "2", "enter");
  assert.deepEqual(state.marks, [{ wallMs: 1_003_000, note: "deploy 2" }]);
  assert.match(state.message ?? "", /marked/);
  assert.deepEqual(press(state, "m", "x", "esc").marks, state.marks);
});

test("marks are in the order of time, and the one of the instant shown is in the header", () => {
  const state = live();
  const frozen = press(state, "p");
  const later = update(frozen, { kind: "frame", frame: frameAt(9) });
  const both = run("mark before", run("mark after", { ...later, frozen: undefined }));
  assert.deepEqual(
    run("mark earlier", { ...both, frozen: frozen.frozen }).marks.map(({ note }) => note),
    ["earlier", "after", "before"],
  );
  const header = (shown: UiState) => (screenLines(shown, "")[0] ?? []).map(({ text }) => text).join("");
  const marked = run("mark earlier", later);
  assert.match(header(marked), /◆ \d\d:\d\d:\d\d earlier/);
  assert.doesNotMatch(
    header({ ...marked, frozen: undefined, latest: update(marked, { kind: "frame", frame: frameAt(10) }).latest }),
    /earlier/,
  );
});
