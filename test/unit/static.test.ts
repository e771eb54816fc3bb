import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

function succeeds(command: string, args: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  assert.ifError(error);
  assert.equal(status, 0, `${stdout}${stderr}`);
}

test("the types check", () => succeeds("node_modules/.bin/tsc", ["--noEmit"]));

test("the linter is content, and the format is Biome's (npm run format)", () =>
  succeeds("node_modules/.bin/biome", ["check", "--reporter=summary", "."]));
