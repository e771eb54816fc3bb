import assert from "node:assert/strict";
import { test } from "node:test";
import { copyMessage, osc52, wayOf } from "../../src/app/terminal/clipboard.ts";

const decoded = (sequence: string) =>
  Buffer.from(/52;c;([^\u0007]*)\u0007/.exec(sequence)?.[1] ?? "", "base64").toString();

test("OSC 52 carries the text as base64", () => {
  assert.equal(osc52("a\u001b]0;x\u0007µ\n", "plain").sequence, "\u001b]52;c;YRtdMDt4B8K1Cg==\u0007");
});

test("through tmux it is wrapped, with every escape doubled", () => {
  assert.equal(osc52("a\n", "through").sequence, "\u001bPtmux;\u001b\u001b]52;c;YQo=\u0007\u001b\\");
});

test("what is too long for a terminal is cut after a whole line, and says so", () => {
  const line = "µ".repeat(100);
  const copy = osc52(`${line}\n`.repeat(1000), "plain");
  assert.ok(copy.sequence.length <= 74_010 && copy.sequence.length > 73_500, `${copy.sequence.length}`);
  assert.equal(decoded(copy.sequence), `${line}\n`.repeat(copy.lines));
  assert.equal(copy.of, 1000);
  assert.match(copyMessage(copy, "plain"), new RegExp(`${copy.lines} of 1000 lines`));
  assert.doesNotMatch(copyMessage(osc52("a\nb\n", "plain"), "plain"), / of /);
});

test("tmux takes it, passes it on, or refuses it, by its options", () => {
  assert.equal(wayOf("on", "off"), "plain");
  assert.equal(wayOf("external", "on"), "through");
  assert.equal(wayOf("off", "all"), "through");
  assert.equal(wayOf("external", "off"), "refused");
});
