/** On a kernel locked down to confidentiality: what needs no reading of its memory is live, the rest says what would bring it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

const BPFTOP = path.join(import.meta.dirname, "../../bin/bpftop");

interface Line {
  readonly use: readonly { readonly resource: string; readonly u: object }[];
  readonly panes: Readonly<Record<string, { state: string; why?: string; advice?: string; rows?: readonly object[] }>>;
}

test("the kernel is locked down", () => {
  assert.match(readFileSync("/sys/kernel/security/lockdown", "utf8"), /\[confidentiality\]/);
});

test("every pane is live, or says why not and what would bring it; /proc goes on", () => {
  const { stdout, stderr, status } = spawnSync(BPFTOP, ["--json", "--count", "2"], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const { panes, use } = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Line;
  const inState = (...states: string[]) =>
    Object.keys(panes).filter((name) => states.includes(panes[name]?.state ?? ""));
  assert.deepEqual(inState("live", "degraded").sort(), ["biotop", "cpudist", "memtop", "runqlat", "softirqs", "top"]);
  assert.deepEqual(inState("failed").sort(), ["filetop", "tcptop"]);
  for (const name of inState("failed")) {
    assert.match(panes[name]?.why ?? "", /locked down \(lockdown=confidentiality\)/);
    assert.match(panes[name]?.advice ?? "", /boot with lockdown=integrity, or without/);
  }
  assert.ok((panes["memtop"]?.rows?.length ?? 0) > 0, "processes from /proc");
  for (const resource of ["cpu", "memory", "tcp"])
    assert.ok(
      use.some((row) => row.resource === resource),
      resource,
    );
});

test("doctor says it, and fails", () => {
  const { stdout, status } = spawnSync(BPFTOP, ["doctor"], { encoding: "utf8" });
  assert.equal(status, 1);
  assert.match(stdout, /lockdown confidentiality/);
  assert.match(stdout, /→ boot with lockdown=integrity, or without/);
});
