import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceText, fileType, inodeText, pathText } from "../../src/sources/fs/path.ts";

const ROOTED = 1;
const DELETED = 2;

test("a path is turned round", () => {
  assert.equal(pathText("passwd/etc/", ROOTED), "/etc/passwd");
  assert.equal(pathText("", ROOTED), "/");
  assert.equal(pathText("log/var/", ROOTED | DELETED), "/var/log (deleted)");
});

test("a path whose beginning is missing says so", () => {
  assert.equal(pathText("c/b/", 0), "…/b/c");
});

test("a file of no directory has just its name", () => {
  assert.equal(pathText("memfd:a/b/", 0), "memfd:a/b");
  assert.equal(pathText("SYSV0000/", DELETED), "SYSV0000 (deleted)");
});

test("types, devices and inodes as stat shows them", () => {
  assert.equal(fileType(0o100644), "regular");
  assert.equal(fileType(0o060660), "block");
  assert.equal(deviceText((254 << 20) | 17), "254:17");
  assert.equal(inodeText(42, 0), "42");
  assert.equal(inodeText(1, 0x80000000), "9223372036854775809");
});
