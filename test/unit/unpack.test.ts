import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { SetupError } from "../../src/sources/bpf/setupError.ts";
import { fromAnyDirectory } from "../../src/sources/bpf/unpack.ts";

const BYTES = Buffer.from("a library");
const dir = mkdtempSync(path.join(tmpdir(), "bpftop-unpack-"));
after(() => rmSync(dir, { recursive: true }));
const absent = path.join(dir, "absent");
const file = path.join(dir, "file");
writeFileSync(file, "");
const good = path.join(dir, "good");
mkdirSync(good);

/** What dlopen says of a file system mounted noexec. */
const noexec = (name: string) => new Error(`${name}: failed to map segment from shared object`);

test("a library is loaded from the first directory that can hold it, whole, for its owner only, and leaves no name", () => {
  const loaded = fromAnyDirectory(
    BYTES,
    (name) => {
      const { mode } = statSync(name);
      return { content: readFileSync(name, "utf8"), mode: mode & 0o777 };
    },
    [absent, file, "/proc", good],
  );
  assert.deepEqual(loaded, { content: "a library", mode: 0o700 });
  assert.deepEqual(readdirSync(good), []);
});

test("two libraries are never loaded under one name: the loader would take the second for the first", () => {
  const name = () => fromAnyDirectory(BYTES, (path) => path, [good]);
  assert.notEqual(name(), name());
});

test("where every directory refuses, each is named with its reason", () => {
  const load = (name: string) => {
    throw noexec(name);
  };
  assert.throws(
    () => fromAnyDirectory(BYTES, load, [absent, file, good]),
    (error) =>
      error instanceof SetupError &&
      error.message.endsWith(`noexec: ${absent} (absent), ${file} (absent), ${good} (noexec)`) &&
      error.advice !== "",
  );
  assert.deepEqual(readdirSync(good), []);
});

test("a library that is itself at fault is not tried elsewhere", () => {
  const tried: string[] = [];
  const load = (name: string) => {
    tried.push(name);
    throw new Error("version `GLIBC_2.99' not found");
  };
  assert.throws(() => fromAnyDirectory(BYTES, load, [good, dir]), /GLIBC_2\.99/);
  assert.equal(tried.length, 1);
});
