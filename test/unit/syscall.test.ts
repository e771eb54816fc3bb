import assert from "node:assert/strict";
import { test } from "node:test";
import { syscallNames } from "../../scripts/syscalls.mjs";
import { parseSyscall } from "../../src/sources/proc/syscall.ts";

test("system calls have the names of the headers, on each kind of machine", () => {
  const x86 = syscallNames("x86");
  assert.deepEqual([x86[0], x86[1], x86[59], x86[110], x86[257]], ["read", "write", "execve", "getppid", "openat"]);
  const arm64 = syscallNames("arm64");
  assert.deepEqual([arm64[63], arm64[222], arm64[56], arm64[435]], ["read", "mmap", "openat", "clone3"]);
  assert.deepEqual([arm64[38], arm64[79], arm64[163]], ["renameat", "newfstatat", "getrlimit"]);
  assert.equal(syscallNames("x86_compat")[5], "open");
  for (const names of [x86, arm64]) {
    const calls = Object.values(names);
    assert.equal(new Set(calls).size, calls.length);
    assert.ok(!calls.some((name) => /^(arch_specific_)?syscall|3264/.test(name)));
  }
  assert.deepEqual(syscallNames("arm64_compat"), {});
});

test("/proc/PID/task/TID/syscall", () => {
  assert.equal(parseSyscall("0 0x3 0x7ffd 0x1 0x0 0x0 0x0 0x7ffd1 0x7f01\n"), 0);
  assert.equal(parseSyscall("running\n"), undefined);
  assert.equal(parseSyscall("-1 0x7ffd1 0x7f01\n"), undefined);
});
