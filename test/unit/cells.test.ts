import assert from "node:assert/strict";
import { test } from "node:test";
import headless from "@xterm/headless";
import { diffCells, parseCells } from "../../src/app/terminal/cells.ts";

const COLUMNS = 40;
const ROWS = 8;
const GLYPHS = ["a", "b", " ", " ", " ", "█", "▁", "│", "磁", "é", "e\u0301", "–"];
const STYLES = [
  "",
  "\u001b[31m",
  "\u001b[1;7;36m",
  "\u001b[2m",
  "\u001b[38;5;200m",
  "\u001b[48;2;1;2;3m",
  "\u001b[0m",
  "\u001b[22m",
  "\u001b[39;49m",
];

/** The same sequence on every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/** Lines as Ink writes them: too long, too short, styles left open over the line's end. */
function randomFrame(next: () => number): string {
  const pick = (list: readonly string[]) => list[Math.floor(next() * list.length)] ?? "";
  const rows = Array.from({ length: ROWS + (next() < 0.2 ? 2 : 0) }, () => {
    const length = Math.floor(next() * (COLUMNS + 6));
    return Array.from({ length }, () => (next() < 0.15 ? pick(STYLES) : "") + pick(GLYPHS)).join("");
  });
  return rows.join("\n");
}

class Terminal {
  readonly #xterm = new headless.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });

  async write(text: string): Promise<void> {
    await new Promise<void>((done) => this.#xterm.write(text, done));
  }

  /** Every cell with its look. */
  get screen(): readonly string[] {
    return Array.from({ length: ROWS }, (_, y) => {
      const line = this.#xterm.buffer.active.getLine(y);
      return Array.from({ length: COLUMNS }, (_unused, x) => {
        const cell = line?.getCell(x);
        if (cell === undefined) return "";
        const flags = [cell.isBold(), cell.isDim(), cell.isInverse()].map((flag) => (flag ? 1 : 0)).join("");
        return `${cell.getWidth()}:${cell.getChars() || (cell.getWidth() === 0 ? "" : " ")}:${cell.getFgColorMode()}/${cell.getFgColor()}:${cell.getBgColorMode()}/${cell.getBgColor()}:${flags}`;
      }).join("|");
    });
  }
}

test("a screen that got only differences is the screen that got everything", async () => {
  const next = random(7);
  const diffed = new Terminal();
  let last: ReturnType<typeof parseCells> | undefined;
  for (let i = 0; i < 200; i++) {
    // Most frames resemble the one before; some change nothing at all.
    const frame = randomFrame(i % 5 === 4 ? next : random(i));
    const cells = parseCells(frame, COLUMNS, ROWS);
    await diffed.write(diffCells(last, cells));
    last = cells;
    const whole = new Terminal();
    await whole.write(diffCells(undefined, cells));
    assert.deepEqual(diffed.screen, whole.screen, `frame ${i}`);
  }
});

test("what a row is drawn from scratch on may hold anything", async () => {
  const terminal = new Terminal();
  await terminal.write(`\u001b[41m${"x".repeat(COLUMNS * ROWS)}`);
  await terminal.write("\u001b[m");
  await terminal.write(diffCells(undefined, parseCells("one\n\n\u001b[31mthree", COLUMNS, ROWS)));
  const clean = new Terminal();
  await clean.write("one\r\n\n\u001b[31mthree");
  assert.deepEqual(terminal.screen, clean.screen);
});

test("nothing is written where nothing changed", () => {
  const cells = parseCells("\u001b[31mred\u001b[0m plain 磁盘", COLUMNS, ROWS);
  assert.equal(diffCells(cells, cells), "");
});

test("little is written where little changed", () => {
  const line = (n: number) => `\u001b[2mlabel\u001b[0m ${String(n).padStart(8)} ${"█".repeat(20)}`;
  const frame = (n: number) => Array.from({ length: ROWS }, (_, row) => line(row === 3 ? n : 0)).join("\n");
  const written = diffCells(parseCells(frame(1234), COLUMNS, ROWS), parseCells(frame(1235), COLUMNS, ROWS));
  assert.equal(written, "\u001b[4;14H5");
});

test("control sequences other than colours have no effect", () => {
  const cells = parseCells("a\u001b[2Jb\u001b[5;5Hc\u0007\u001b[?25ld", COLUMNS, ROWS);
  assert.equal(cells.glyphs.slice(0, 5).join(""), "abcd ");
});
