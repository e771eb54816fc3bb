import assert from "node:assert/strict";
import { test } from "node:test";
import { doctorLines } from "../../src/app/doctor/lines.ts";
import { type Report, type Tool, adviceOf, isWell } from "../../src/app/doctor/report.ts";
import { synchronizesBy } from "../../src/app/terminal/synchronized.ts";
import { lineWidth } from "../../src/panes/kit/line.ts";
import { RIGHTS } from "../../src/sources/proc/rights.ts";
import type { SourceState } from "../../src/sources/source.ts";

const coverage = { via: ["tp_btf:sched_switch"], sinceMs: 0, unseen: [] };
const LIVE: SourceState = { kind: "live", coverage };
const tool = (name: string, state: SourceState = LIVE, leftOut: Tool["leftOut"] = []): Tool => ({
  name,
  source: `source of ${name}`,
  state,
  leftOut,
});

const report = (changes: Partial<Report> = {}): Report => ({
  version: "1.0.0",
  kernel: { release: "6.1.0", machine: "x86_64", btf: true, lockdown: "none" },
  rights: {
    uid: 0,
    held: Object.fromEntries(RIGHTS.map(({ name }) => [name, true])),
    others: 0,
    noNewPrivileges: true,
  },
  symbols: { kernel: true, kptrRestrict: 0, debugFiles: false },
  terminal: { term: "xterm", size: { columns: 80, rows: 24 }, colours: true, unicode: true, synchronized: true },
  libbpf: "v1.1",
  lockedMemoryBytes: undefined,
  kinds: [
    { kind: "tp_btf", why: undefined },
    { kind: "fentry", why: "refused (EPERM)" },
    { kind: "kprobe", why: "refused (EPERM)" },
  ],
  tools: [tool("biotop"), tool("runqlat")],
  summary: tool("USE summary"),
  ...changes,
});

const textOf = (one: Report) =>
  doctorLines(one, adviceOf(one, RIGHTS), 80).map((line) => {
    assert.ok(lineWidth(line) <= 80);
    return line.map(({ text }) => text).join("");
  });

test("where all is well there is nothing to do", () => {
  const well = report();
  assert.ok(isWell(well));
  assert.deepEqual(adviceOf(well, RIGHTS), []);
  const text = textOf(well).join("\n");
  assert.match(text, /2 of 2 panes live/);
  assert.match(text, /tp_btf; no fentry, kprobe: refused \(EPERM\)/);
  assert.match(text, /^rights +root, capabilities: all it uses, no new ones$/m);
});

test("panes that fail for the same reason are one piece of advice", () => {
  const state: SourceState = { kind: "failed", why: "no BPF: locked", advice: "boot otherwise" };
  const ill = report({ tools: [tool("biotop", state), tool("runqlat", state), tool("memtop")] });
  assert.ok(!isWell(ill));
  assert.deepEqual(adviceOf(ill, RIGHTS), [{ about: "biotop, runqlat: no BPF: locked", todo: "boot otherwise" }]);
  assert.match(textOf(ill).join("\n"), /1 of 3 panes live/);
});

test("what is missing names the hooks that would give it", () => {
  const state: SourceState = { kind: "degraded", coverage, missing: ["retransmits"] };
  const leftOut = [
    { gives: "retransmits", kind: "fentry", hooks: ["tcp_x"], why: "this kernel has no such function", foreign: false },
    { gives: "else", kind: "fentry", hooks: ["tcp_y"], why: "refused (EPERM)", foreign: false },
  ];
  const partly = report({ tools: [tool("tcptop", state, leftOut)] });
  assert.ok(!isWell(partly));
  assert.deepEqual(adviceOf(partly, RIGHTS), [
    { about: "tcptop: missing retransmits", todo: "take a kernel with fentry:tcp_x" },
  ]);
});

test("what is missing on a kernel that is locked down can be had by booting otherwise", () => {
  const state: SourceState = { kind: "degraded", coverage, missing: ["names"] };
  const leftOut = [{ gives: "names", kind: "raw_tp", hooks: ["task_rename"], why: "refused (EINVAL)", foreign: false }];
  const { kernel } = report();
  const locked = report({ kernel: { ...kernel, lockdown: "confidentiality" }, tools: [tool("top", state, leftOut)] });
  assert.deepEqual(
    adviceOf(locked, RIGHTS).map(({ todo }) => todo),
    ["boot with lockdown=integrity, or without"],
  );
});

test("hidden kernel symbols, a terminal that places no text, a locale without UTF-8", () => {
  const { terminal } = report();
  const odd = report({
    symbols: { kernel: false, kptrRestrict: 2, debugFiles: false },
    terminal: { ...terminal, term: "dumb", unicode: false },
  });
  assert.deepEqual(
    adviceOf(odd, RIGHTS).map(({ todo }) => todo),
    [
      "sysctl kernel.kptr_restrict=1",
      "set TERM to what the terminal is, or use bpftop --json",
      "export LC_ALL=C.UTF-8",
    ],
  );
});

test("what a terminal answers about synchronized output", () => {
  assert.equal(synchronizesBy("\u001b[?2026;2$y\u001b[?62;22c"), true);
  assert.equal(synchronizesBy("\u001b[?2026;0$y\u001b[?62;22c"), false);
  assert.equal(synchronizesBy("\u001b[?62;22c"), false, "it knows no such question");
  assert.equal(synchronizesBy(""), undefined, "it answers nothing");
});
