import assert from "node:assert/strict";
import { test } from "node:test";
import {
  COARSE_PERCENT,
  HIST_SLOTS,
  type Hist,
  coarseHist,
  count,
  emptyHist,
  percentile,
  slotLow,
  subtract,
  sum,
  toLog2,
} from "../../src/sources/hist.ts";

/** The kernel's half, bpf/lib/hist.h, said again in one line. */
function slotOf(value: number): number {
  if (value < 4) return value;
  const log = Math.floor(Math.log2(value));
  return Math.min((log - 1) * 4 + (Math.floor(value / 2 ** (log - 2)) % 4), HIST_SLOTS - 1);
}

function histOf(...values: readonly number[]): Hist {
  const slots = [...emptyHist().slots];
  for (const value of values) slots[slotOf(value)] = (slots[slotOf(value)] ?? 0) + 1;
  return { slots, sum: values.reduce((a, b) => a + b, 0), max: Math.max(0, ...values) };
}

test("every value lies within the bounds of its slot", () => {
  for (let power = 0; power < 41; power++) {
    for (const value of [
      2 ** power,
      2 ** power + 1,
      Math.floor(1.3 * 2 ** power),
      Math.floor(1.8 * 2 ** power),
      2 ** (power + 1) - 1,
    ]) {
      const slot = slotOf(value);
      assert.ok(slotLow(slot) <= value && value < slotLow(slot + 1), `${value} in slot ${slot}`);
      assert.ok(slot < 4 || (slotLow(slot + 1) - slotLow(slot)) / slotLow(slot) <= 0.25);
    }
  }
});

test("percentiles are within 12.5 % and never above the maximum", () => {
  const values = Array.from({ length: 1000 }, (_, i) => (i + 1) * 1000);
  const hist = histOf(...values);
  for (const p of [0.5, 0.9, 0.99]) {
    const exact = p * 1e6;
    assert.ok(Math.abs((percentile(hist, p) ?? 0) - exact) <= 0.13 * exact, `p${100 * p}`);
  }
  assert.ok((percentile(hist, 1) ?? Infinity) <= 1e6);
  assert.equal(percentile(emptyHist(), 0.5), undefined, "nothing measured is not 0");
});

test("folding to powers of two keeps every event, and leaves out what is empty at both ends", () => {
  const folded = toLog2(histOf(0, 1, 2, 3, 4, 7, 8, 1000, 2 ** 40));
  assert.equal(
    folded.reduce((n, slot) => n + slot.count, 0),
    9,
  );
  assert.deepEqual([folded[0]?.low, folded.at(-1)?.low], [0, 2 ** 40]);
  assert.deepEqual(toLog2(histOf(10_000_000)), [{ low: 2 ** 23, high: 2 ** 24, count: 1 }]);
  assert.deepEqual(toLog2(emptyHist()), []);
});

test("a window holds what was recorded in it, with the exact maximum where it set a record", () => {
  const older = histOf(5, 100);
  const newer = histOf(5, 100, 70, 3000);
  const window = subtract(newer, older);
  assert.equal(count(window), 2);
  assert.deepEqual([window.sum, window.max], [3070, 3000]);
  const quieter = subtract(histOf(5, 100, 3000, 9), histOf(5, 100, 3000));
  assert.ok(quieter.max >= 9 && quieter.max < 10, "else the upper bound of its highest slot");
  assert.equal(subtract(older, older).max, 0);
});

test("the CPUs' histograms add up", () => {
  const whole = sum([histOf(1, 2), histOf(2, 50), emptyHist()]);
  assert.deepEqual([count(whole), whole.sum, whole.max], [4, 55, 50]);
});

/** The kernel's half of a coarse histogram, bpf/cpu/sched.bpf.c. */
function coarseOf(...values: readonly number[]): number[] {
  const slots = new Array<number>(32).fill(0);
  for (const value of values) {
    const slot = value < 1024 ? 0 : Math.floor(Math.log2(value / 1024)) + 1;
    slots[slot] = (slots[slot] ?? 0) + 1;
  }
  return slots;
}

test("a coarse histogram: percentiles as near as it says, and never above the maximum that was measured", () => {
  for (let value = 1024; value < 1e9; value *= 1.07) {
    const hist = coarseHist(coarseOf(value, value), 2 * value, value, 0);
    const off = Math.abs((percentile(hist, 0.5) ?? 0) - value) / value;
    assert.ok(off <= COARSE_PERCENT / 100, `${value}: off by ${off}`);
    assert.ok((percentile(hist, 0.99) ?? 0) <= value && hist.max === value);
  }
  const later = coarseHist(coarseOf(5000), 5000, 5100, 5100);
  assert.equal(later.max, 5100, "no record in the interval: nothing was longer than the longest ever");
  assert.equal(coarseHist(coarseOf(5000), 5000, 90_000, 90_000).max, 8191, "else the bound of the highest slot");
});

test("a coarse histogram knows nothing of what is below a microsecond, and says so", () => {
  const hist = coarseHist(coarseOf(3, 700, 1500), 2203, 1500, 0);
  assert.deepEqual(toLog2(hist), [
    { low: 0, high: 1024, count: 2 },
    { low: 1024, high: 2048, count: 1 },
  ]);
  assert.equal(count(hist), 3);
});
