import assert from "node:assert/strict";
import { test } from "node:test";
import { icicleLines, moveInIcicle } from "../../src/panes/kit/icicle.ts";
import { lineWidth } from "../../src/panes/kit/line.ts";
import {
  type WeighedStack,
  foldedStacks,
  frameKey,
  functionTotals,
  functionView,
  mergeStacks,
  nodesAlong,
  unresolvedShares,
} from "../../src/panes/kit/stackTree.ts";
import { type Frame, cutShort, interruptOf } from "../../src/sources/symbols/frame.ts";

const user = (name: string, unresolved?: string): Frame => ({ name, kind: "user", module: "app", unresolved });
const kernel = (name: string): Frame => ({ name, kind: "kernel", module: undefined, unresolved: undefined });

const [main, read, parse, sys] = [user("main"), user("read"), user("parse"), kernel("sys_read")];
const stacks: readonly WeighedStack[] = [
  { frames: [main, read, sys], weight: 50 },
  { frames: [main, parse], weight: 30 },
  { frames: [main, parse, parse], weight: 15 },
  { frames: [user("0x7f", "stripped")], weight: 5 },
];

test("merging keeps every weight: a node weighs what ends in it and what it calls", () => {
  const root = mergeStacks(stacks);
  assert.deepEqual([root.total, root.self], [100, 0]);
  assert.deepEqual(
    root.children.map(({ frame, total }) => [frame.name, total]),
    [
      ["main", 95],
      ["0x7f", 5],
    ],
  );
  const check = (node: typeof root): void => {
    assert.equal(node.total, node.self + node.children.reduce((sum, child) => sum + child.total, 0));
    node.children.forEach(check);
  };
  check(root);
});

test("a recursive function counts once per stack in its total", () => {
  const totals = functionTotals(stacks);
  assert.deepEqual(
    totals.find(({ frame }) => frame.name === "parse"),
    { frame: parse, key: frameKey(parse), self: 45, total: 45 },
  );
  assert.equal(totals[0]?.frame.name, "sys_read");
  const view = functionView(stacks, frameKey(parse));
  assert.deepEqual(
    [view?.total, view?.callers.children[0]?.frame.name, view?.callees.children.length],
    [45, "main", 0],
  );
  assert.equal(functionView(stacks, "no such"), undefined);
});

test("what has no name says why, with its share", () => {
  assert.deepEqual(unresolvedShares(stacks), [{ what: "name", why: "stripped", share: 0.05 }]);
  const short = [...stacks, { frames: [cutShort("noFramePointers"), read, sys], weight: 100 }];
  assert.deepEqual(unresolvedShares(short), [
    { what: "callers", why: "no frame pointers", share: 0.5 },
    { what: "name", why: "stripped", share: 0.025 },
  ]);
});

test("folded text: a stack a line, kernel functions marked, nothing that would break the format", () => {
  assert.equal(foldedStacks(stacks.slice(0, 1), "app"), "app;main;read;sys_read_[k] 50\n");
  assert.equal(foldedStacks([{ frames: [user("a;b\nc")], weight: 1.4 }], "x"), "x;a:b:c 1\n");
});

test("the icicle is as wide as asked for, whatever is in it, and as wide as it weighs", () => {
  const root = mergeStacks([...stacks, { frames: [main, user("宽字符 \u001b[31m evil")], weight: 7 }]);
  for (const width of [1, 2, 7, 40, 80, 250]) {
    for (const line of icicleLines(root, { width, height: 10, cursor: [], search: "" }))
      assert.equal(lineWidth(line), width);
  }
  const [, second] = icicleLines(mergeStacks(stacks), { width: 100, height: 10, cursor: [], search: "" });
  assert.equal(second?.[0]?.text.length, 95);
});

test("the cursor walks the icicle and never leaves it", () => {
  const root = mergeStacks(stacks);
  const atMain = moveInIcicle(root, [], "down");
  assert.deepEqual(atMain, [frameKey(main)]);
  const atRead = moveInIcicle(root, atMain, "down");
  assert.equal(nodesAlong(root, atRead).at(-1)?.frame.name, "read");
  const atParse = moveInIcicle(root, atRead, "right");
  assert.equal(nodesAlong(root, atParse).at(-1)?.frame.name, "parse");
  assert.deepEqual(moveInIcicle(root, atParse, "right"), atParse);
  assert.deepEqual(moveInIcicle(root, atParse, "up"), atMain);
  const deep = icicleLines(root, { width: 60, height: 2, cursor: atRead, search: "" });
  assert.ok(
    deep.some((line) => line.some((span) => span.style === "selected" && span.text.includes("read"))),
    "it stays in sight",
  );
});

test("an interrupt is told from whom it has hit", () => {
  const names = (frames: readonly Frame[] | undefined) => frames?.map(({ name }) => name);
  const hit = ["try_to_wake_up", "hrtimer_interrupt", "sysvec_apic_timer_interrupt", "asm_sysvec_apic_timer_interrupt"];
  assert.deepEqual(names(interruptOf([...hit, "cpu_idle_poll", "do_idle"].map(kernel))), hit);
  assert.equal(interruptOf(["futex_wake", "do_futex", "do_syscall_64"].map(kernel)), undefined);
  assert.equal(interruptOf(["handle_mm_fault", "exc_page_fault", "asm_exc_page_fault"].map(kernel)), undefined);
});
