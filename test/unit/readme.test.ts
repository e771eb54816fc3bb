import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { README, upToDate } from "../../scripts/readme.ts";

const readme = readFileSync(README, "utf8");

test("README.md says what the code says (npm run readme)", () => {
  assert.equal(readme, upToDate(readme));
});

test("README.md links to files that exist", () => {
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = ""]) => link);
  assert.ok(links.length > 0);
  assert.deepEqual(
    links.filter((link) => !existsSync(path.join(path.dirname(README), link))),
    [],
  );
});

test("README.md holds a real screen", () => {
  assert.ok(!/^SCREEN$/m.test(readme));
});
