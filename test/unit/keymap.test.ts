import assert from "node:assert/strict";
import { test } from "node:test";
import { BINDINGS, type Where, actionFor, bindingsFor, keysMarkdown } from "../../src/app/keymap.ts";

const CONTEXTS: readonly Where[] = [...new Set(BINDINGS.flatMap(({ where }) => where))];

test("no key means two things in one place", () => {
  for (const where of CONTEXTS) {
    const keys = bindingsFor(where).flatMap((binding) => binding.keys);
    const twice = keys.filter((key, i) => keys.indexOf(key) !== i);
    assert.deepEqual(twice, [], where);
  }
});

test("Ctrl-C ends it wherever one stands, typing included", () => {
  for (const where of CONTEXTS) assert.equal(actionFor("ctrl-c", where), "quit", where);
});

test("letters are text while a filter is typed", () => {
  for (const letter of "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789?/<>+-")
    assert.equal(actionFor(letter, "filter"), undefined, letter);
});

test("the footer promises nothing that has no key, and the README knows every key", () => {
  for (const binding of BINDINGS) {
    assert.ok(binding.keys.length > 0 && binding.where.length > 0 && binding.help !== "");
    assert.ok(keysMarkdown().includes(binding.help), binding.help);
  }
});
