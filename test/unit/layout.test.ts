import assert from "node:assert/strict";
import { test } from "node:test";
import { CHROME_LINES, layoutOf, pageOf } from "../../src/app/layout.ts";
import type { UiState } from "../../src/app/state.ts";
import { screenLines } from "../../src/app/ui/compose.ts";
import { lineWidth } from "../../src/panes/kit/line.ts";
import { printable } from "../../src/panes/kit/text.ts";
import { HOSTILE, press, stateWith, useRow } from "./screenFixture.ts";

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

test("the parts of the screen add up to exactly the screen, whatever its size", () => {
  for (let columns = 40; columns <= 250; columns++) {
    for (let rows = 10; rows <= 70; rows++) {
      for (const [useRows, panes] of [
        [0, 6],
        [7, 6],
        [60, 6],
        [12, 1],
        [12, 11],
      ] as const) {
        const layout = layoutOf({ columns, rows }, useRows, panes);
        const where = `${columns}x${rows}, ${useRows} resources, ${panes} panes`;
        assert.equal(CHROME_LINES + layout.useLines + layout.verdictLines + sum(layout.gridHeights), rows, where);
        assert.equal(sum(layout.gridWidths) + layout.gridWidths.length - 1, columns, where);
        assert.ok(
          layout.gridHeights.every((height) => height >= 1),
          where,
        );
        assert.ok(layout.perPage >= 1 && pageOf(panes, layout) <= panes - 1, where);
      }
    }
  }
});

test("common sizes show as many panes as they should", () => {
  const shape = (columns: number, rows: number) => {
    const { gridHeights, gridWidths } = layoutOf({ columns, rows }, 12, 6);
    return `${gridWidths.length}x${gridHeights.length}`;
  };
  assert.equal(shape(80, 24), "1x1");
  assert.equal(shape(120, 40), "2x3");
  assert.equal(shape(200, 50), "3x2");
  assert.equal(shape(250, 70), "3x2");
});

test("every line is exactly as wide as the screen, wherever one stands", () => {
  const rows = [
    useRow("cpu", "", "critical"),
    ...Array.from({ length: 20 }, (_, i) => useRow("disk", `loop${i}${HOSTILE}`, "ok")),
  ];
  const places: readonly (readonly string[])[] = [
    [],
    ["1"],
    ["3"],
    ["1", "f"],
    ["2", "f"],
    ["f"],
    ["?"],
    ["1", "/", "w", "o"],
    ["p"],
    ["1", "j", "j", "s"],
  ];
  for (let columns = 40; columns <= 250; columns += 13) {
    for (let lines = 10; lines <= 70; lines += 7) {
      for (const keys of places)
        fits(press(stateWith(rows, columns, lines), ...keys), `${columns}x${lines} after ${keys.join(" ")}`);
    }
  }
});

test("a screen too small for anything still holds", () => {
  for (const [columns, lines] of [
    [1, 1],
    [5, 2],
    [20, 3],
    [10, 40],
    [300, 2],
  ] as const) {
    fits(stateWith([useRow("cpu", "", "ok")], columns, lines), `${columns}x${lines}`);
  }
});

function fits(state: UiState, where: string): void {
  const lines = screenLines(state, "a recording");
  assert.equal(lines.length, state.size.rows, where);
  for (const line of lines) {
    assert.equal(lineWidth(line), state.size.columns, where);
    for (const { text } of line) assert.equal(printable(text), text, `${where}: painted as it is`);
  }
}
