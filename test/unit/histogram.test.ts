import assert from "node:assert/strict";
import { test } from "node:test";
import { foldToFit, histogramLines, histogramSpark, logRange } from "../../src/panes/kit/histogram.ts";
import { historyChart } from "../../src/panes/kit/historyChart.ts";
import { lineWidth } from "../../src/panes/kit/line.ts";
import { horizontalBar, sparkline } from "../../src/panes/kit/spark.ts";
import { coarseHist, emptyHist, toLog2 } from "../../src/sources/hist.ts";

const hist = {
  ...emptyHist(),
  slots: emptyHist().slots.map((_, i) => (i >= 20 && i < 80 ? i : 0)),
  sum: 1e6,
  max: 2 ** 20,
};
const total = hist.slots.reduce((sum, n) => sum + n, 0);
const look = { unit: "ns", event: "wait", seconds: 2, width: 60 } as const;

test("however few the lines, every event is counted in one of them", () => {
  const slots = toLog2(hist);
  for (let room = 1; room <= slots.length + 2; room++) {
    const bands = foldToFit(slots, room);
    assert.ok(bands.length <= room);
    assert.equal(
      bands.reduce((sum, band) => sum + band.count, 0),
      total,
    );
  }
});

test("a histogram keeps to its place", () => {
  for (let height = 0; height < 30; height++) {
    const lines = histogramLines(hist, { ...look, height });
    assert.ok(lines.length <= height);
    for (const line of lines) assert.ok(lineWidth(line) <= look.width);
  }
  assert.match(
    histogramLines(emptyHist(), { ...look, height: 5 })
      .flat()
      .map(({ text }) => text)
      .join(""),
    /no wait/,
  );
});

test("bars show something for anything and nothing for nothing", () => {
  assert.equal(horizontalBar(0, 10), "");
  assert.equal(horizontalBar(1e-9, 10), "▏");
  assert.equal(horizontalBar(1, 10), "█".repeat(10));
  assert.equal(sparkline([undefined, 0, 1, 100], 6, 100), "   ▁▂█");
});

test("small histograms of different rows share one scale", () => {
  const low = { ...emptyHist(), slots: emptyHist().slots.map((_, i) => (i === 24 ? 5 : 0)), max: 100 };
  const high = { ...emptyHist(), slots: emptyHist().slots.map((_, i) => (i === 60 ? 5 : 0)), max: 1e6 };
  const range = logRange([low, high, emptyHist()]);
  const [left, right] = [histogramSpark(low, range, 12), histogramSpark(high, range, 12)];
  assert.equal(left.indexOf("█"), 0);
  assert.equal(right.indexOf("█"), range.to - range.from);
});

test("a chart is drawn from what there is, and not from what there is not", () => {
  assert.equal(historyChart([], "ns", false, 60, 10), undefined);
  assert.equal(historyChart([1, undefined], "ns", false, 60, 10), undefined);
  assert.equal(historyChart([Number.NaN, 1], "ns", false, 60, 10), undefined);
  for (const values of [[0, 0, 0], [5, undefined, 1e9, 2e9, 1], Array.from({ length: 500 }, (_, i) => i)]) {
    const lines = historyChart(values, "ns", false, 60, 10) ?? [];
    assert.ok(lines.length > 0 && lines.length <= 10);
    for (const line of lines) assert.ok(lineWidth(line) <= 60);
  }
});

test("how near the percentiles of a process's own histogram are stands beside them", () => {
  const text = (slots: readonly number[], max: number) =>
    histogramLines(coarseHist(slots, 1e4, max, 0), { ...look, width: 90, height: 4 })
      .flat()
      .map((span) => span.text)
      .join("");
  assert.match(text([0, 0, 0, 9], 6000), /p50 5.63µs {2}p99 5.63µs {2}±38 % {2}max 6µs/);
  assert.match(text([9], 300), /p50 <1.02µs {2}p99 <1.02µs/);
});
