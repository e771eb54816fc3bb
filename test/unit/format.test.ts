import assert from "node:assert/strict";
import { test } from "node:test";
import { NUMBER_WIDTH, formatDuration, formatInterval, formatValue } from "../../src/panes/kit/format.ts";
import type { Unit } from "../../src/sources/units.ts";

test("numbers as people read them", () => {
  const cases: readonly (readonly [number, Unit, boolean, string])[] = [
    [0, "bytes", true, "0"],
    [0, "percent", false, "0%"],
    [512, "bytes", false, "512B"],
    [1023, "bytes", false, "1.00K"],
    [1_258_291, "bytes", true, "1.20M/s"],
    [3.998, "operations", true, "4/s"],
    [1234, "count", false, "1.23k"],
    [999_999, "count", false, "1.00M"],
    [750, "ns", false, "750ns"],
    [999_999, "ns", false, "1.00ms"],
    [14_200_000, "ns", false, "14.2ms"],
    [90e9, "ns", false, "90s"],
    [250e6, "ns", true, "250ms/s"],
    [93.4, "percent", false, "93%"],
    [0.4, "percent", false, "0.4%"],
  ];
  for (const [value, unit, perSecond, text] of cases) assert.equal(formatValue(value, unit, perSecond), text);
});

test("what was not measured is no number", () => {
  assert.equal(formatValue(undefined, "bytes"), "–");
  assert.equal(formatValue(undefined, "bytes", true), "–");
  assert.equal(formatValue(Number.NaN, "count"), "–");
  assert.equal(formatValue(Number.POSITIVE_INFINITY, "ns"), "–");
});

test("something is never shown as nothing", () => {
  for (const unit of ["bytes", "count", "operations", "packets", "ns", "percent"] as const) {
    for (let value = 1e-6; value < 1e18; value *= 1.37) {
      const text = formatValue(value, unit);
      assert.doesNotMatch(text, /^0(\.0*)?[^.\d]*$/, `${value} ${unit} as ${text}`);
    }
  }
});

test("no number is wider than its column", () => {
  for (const unit of ["bytes", "count", "operations", "packets", "ns"] as const) {
    // More than 99 days in one second take more CPUs than there are.
    for (let value = 1e-3; value < (unit === "ns" ? 8e15 : 1e18); value *= 1.013) {
      const text = formatValue(value, unit, true);
      assert.ok(text.length <= NUMBER_WIDTH, `${value} ${unit} as ${text}`);
    }
  }
});

test("three digits are right to one in a hundred", () => {
  const units: Readonly<Record<string, number>> = {
    B: 1,
    K: 1024,
    M: 1024 ** 2,
    G: 1024 ** 3,
    T: 1024 ** 4,
    P: 1024 ** 5,
  };
  for (let value = 100; value < 1e16; value *= 1.07) {
    const [, number, unit] = /^([\d.]+)([A-Z])$/.exec(formatValue(value, "bytes")) ?? [];
    const shown = Number(number) * (units[unit ?? ""] ?? Number.NaN);
    assert.ok(Math.abs(shown - value) / value < 0.006, `${value} as ${number}${unit}`);
  }
});

test("times as people say them", () => {
  assert.equal(formatDuration(45), "45s");
  assert.equal(formatDuration(125), "2m05s");
  assert.equal(formatDuration(11_520), "3h12m");
  assert.equal(formatDuration(4 * 86_400 + 7 * 3600), "4d07h");
  assert.equal(formatInterval(0.25), "250ms");
  assert.equal(formatInterval(1.0004), "1s");
  assert.equal(formatInterval(1.5), "1.5s");
});
