import assert from "node:assert/strict";
import { test } from "node:test";
import { deltaBy } from "../../src/panes/kit/delta.ts";

const row = (name: string, reads: number, writes: number, level = 0) => ({ name, reads, writes, level });
const delta = (newer: readonly ReturnType<typeof row>[], older: readonly ReturnType<typeof row>[]) =>
  deltaBy(newer, older, ({ name }) => name, ["reads", "writes"]);

test("counters are subtracted by key, levels stay as they are", () => {
  assert.deepEqual(delta([row("b", 12, 5, 9), row("a", 3, 3)], [row("a", 1, 3), row("b", 2, 5, 4)]), [
    row("b", 10, 0, 9),
    row("a", 2, 0),
  ]);
});

test("a row that was not there before began at zero", () => {
  assert.deepEqual(delta([row("new", 7, 0)], []), [row("new", 7, 0)]);
});

test("rows without a change and rows that are gone are left out", () => {
  assert.deepEqual(delta([row("still", 7, 1, 3)], [row("still", 7, 1, 2), row("gone", 1, 1)]), []);
});

test("the readings themselves are left alone", () => {
  const newer = [row("a", 5, 5)];
  delta(newer, [row("a", 1, 1)]);
  assert.deepEqual(newer, [row("a", 5, 5)]);
});

test("a row that is the same object in both readings did not move; others are compared as ever", () => {
  const still = row("still", 7, 1);
  assert.deepEqual(delta([still, row("a", 3, 0)], [row("a", 1, 0), still]), [row("a", 2, 0)]);
});
