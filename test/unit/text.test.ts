import assert from "node:assert/strict";
import { test } from "node:test";
import { cut, fit, printable, textWidth, wrap } from "../../src/panes/kit/text.ts";

const HARMFUL = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

test("a hostile name can't leave its cell", () => {
  for (const hostile of [
    "a\u001b[2Jb",
    "a\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\",
    "a\u001b]0;title\u0007",
    "two\nlines\r\tand tabs",
    "\u009b31mC1 control",
    "\u202egnp.exe",
    "zero\u200bwidth\u200djoiner\ufeff",
    "del\u007f",
    "lone \ud800 surrogate",
    "\u001b",
  ]) {
    const safe = printable(hostile);
    assert.doesNotMatch(safe, HARMFUL, JSON.stringify(hostile));
    assert.equal(printable(safe), safe, "painting twice changes nothing");
  }
});

test("what was hidden leaves a trace", () => {
  assert.equal(printable("evil\nroot"), "evil?root");
  assert.equal(printable("\u001b[31mred"), "?[31mred");
});

test("letters of the world stay, in the columns terminals give them", () => {
  assert.equal(printable("Ärger naïve Ωμέγα Привет"), "Ärger naïve Ωμέγα Привет");
  assert.equal(textWidth("磁盘"), 4);
  assert.equal(textWidth("e\u0301"), 1, "a mark has no column of its own");
  assert.equal(printable("e\u0301"), "é");
  assert.equal(
    printable("x\u0301\u0302\u0303\u0304"),
    "x\u0301\u0302",
    "a heap of marks would be drawn over other lines",
  );
  assert.equal(printable("\u0301start"), "start", "a mark without a letter would land on the cell before");
});

test("what terminals draw in different widths is not drawn", () => {
  assert.equal(printable("🇩🇪"), "??");
  assert.equal(printable("👨‍👩‍👧"), "?????");
  assert.equal(printable("हि"), "ह?");
});

test("a cell is exactly as wide as it is", () => {
  for (const text of ["", "abc", "磁盘磁盘", "a磁b盘", "e\u0301e\u0301e\u0301", "evil\u001b[31m\nroot"]) {
    for (let width = 0; width < 12; width++) {
      assert.equal(textWidth(fit(text, width)), width, `${JSON.stringify(text)} in ${width}`);
      assert.equal(textWidth(fit(text, width, "right")), width);
      assert.ok(textWidth(cut(printable(text), width)) <= width);
    }
  }
  assert.equal(fit("abcdef", 4), "abc…");
  assert.equal(fit("12", 4, "right"), "  12");
});

test("wrapped lines fit and lose nothing but spaces", () => {
  const text = "the quick brown fox jumps over averyveryverylongword 磁盘磁盘磁盘";
  for (let width = 2; width < 40; width++) {
    const lines = wrap(text, width);
    for (const line of lines) assert.ok(textWidth(line) <= width, `${line} in ${width}`);
    assert.equal(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
  }
});
