import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Frame } from "../../src/app/feed.ts";
import { jsonLine } from "../../src/app/outputs/jsonLine.ts";
import { viewOf } from "../../src/app/view.ts";
import { panes } from "../../src/panes/registry.ts";
import { run, scratch, start, workload } from "./harness.ts";
import { as } from "./standing.ts";

const BPFTOP = path.join(import.meta.dirname, "../../bin/bpftop");
const dir = scratch();
const lines = (stdout: string) =>
  stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

function bpftop(...args: string[]): { child: ChildProcess; stdout: () => string; stderr: () => string } {
  const child = spawn(BPFTOP, args, { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => (stdout += data));
  child.stderr.on("data", (data) => (stderr += data));
  return { child, stdout: () => stdout, stderr: () => stderr };
}

test("--json: every line of every pane, live, is what the schema says", async () => {
  const schema = JSON.parse((await run(BPFTOP, ["--schema"])).stdout);
  const validate = new Ajv2020({ formats: { "date-time": true } }).compile(schema);
  const { child, stdout } = bpftop("--json", "--count", "3", "--interval", "0.5");
  await run(workload("run_sleep"), ["1", "1", "200"]);
  const [status] = await once(child, "close");
  assert.equal(status, 0);

  const values = lines(stdout());
  assert.equal(values.length, 3);
  for (const value of values) assert.ok(validate(value), JSON.stringify(validate.errors));
  for (const { name } of panes) {
    assert.match(values[2].panes[name].state, /^(live|degraded)$/, `${name}: ${values[2].panes[name].why}`);
    assert.ok(values[2].panes[name].via.length > 0, name);
  }
});

test("--json: the lines add up to the whole; recorded and replayed, they are the same", async () => {
  const file = path.join(dir, "recording.jsonl");
  const live = bpftop("--json", "--count", "6", "--interval", "0.3", "--record", file);
  await run(workload("run_sleep"), ["1", "1", "300"]);
  await once(live.child, "close");

  const frames: readonly Frame[] = lines(readFileSync(file, "utf8"));
  const [first, last] = [frames[0], frames.at(-1)];
  assert.ok(first && last && frames.length === 7);
  const whole = JSON.parse(JSON.stringify(jsonLine(viewOf(first, last), panes)));
  for (const name of ["runqlat", "cpudist"]) {
    const of = (line: (typeof whole)[]) => line.map((value) => value.panes[name].histogram);
    for (const key of ["count", "sumNs"]) {
      const sum = of(lines(live.stdout())).reduce((total, histogram) => total + histogram[key], 0);
      assert.equal(sum, of([whole])[0][key], `${name} ${key}`);
      assert.ok(sum > 0);
    }
  }

  assert.equal((await run(BPFTOP, ["--json", "--replay", file])).stdout, live.stdout());
  const coarse = lines((await run(BPFTOP, ["--json", "--replay", file, "--interval", "0.9", "runqlat"])).stdout);
  assert.equal(coarse.length, 2);
  assert.equal(
    coarse.reduce((sum, value) => sum + value.panes.runqlat.histogram.count, 0),
    whole.panes.runqlat.histogram.count,
  );
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`--json: ${signal} ends it after a whole line`, async () => {
    const { child, stdout, stderr } = bpftop("--json", "--interval", "0.1", "runqlat");
    while (!stdout().includes("\n")) await once(child.stdout as NodeJS.ReadableStream, "data");
    child.kill(signal);
    assert.deepEqual(await once(child, "close"), [0, null]);
    assert.ok(stdout().endsWith("}\n"));
    lines(stdout());
    assert.equal(stderr(), "");
  });
}

test("--json: whoever reads the pipe may leave", () => {
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["-o", "pipefail", "-c", '"$0" --json --interval 0.1 runqlat | head -n 2', BPFTOP],
    { encoding: "utf8", timeout: 20_000 },
  );
  assert.deepEqual([status, stderr], [0, ""]);
  assert.equal(lines(stdout).length, 2);
});

test("--json: without the right to load BPF programs top comes from /proc, and what it can't know there is null", async () => {
  const spinning = start(workload("spin"), ["0", "4000"]);
  const [command = "", ...args] = as([], "--json", "--count", "2", "--interval", "1", "top", "memtop");
  const { stdout } = await run(command, args);
  spinning.kill("SIGKILL");
  const { panes, verdict } = lines(stdout)[1];
  assert.deepEqual([panes.top.state, panes.top.via], ["live", ["/proc/PID/stat"]]);
  assert.match(panes.top.why, /^no BPF: .*CAP_BPF/);
  assert.match(panes.top.advice, /root/);
  assert.deepEqual([panes.memtop.why, panes.memtop.advice], [null, null], "it needs no BPF");
  const row = panes.top.rows.find(({ pid }: { pid: number }) => pid === spinning.pid);
  assert.ok(row?.cpuNs > 50e6, `${row?.cpuNs} ns`);
  assert.deepEqual([row.runqWaitNs, row.switchIns, row.began], [null, null, ""]);
  assert.ok(panes.memtop.rows.length > 0 && verdict.severity !== "unknown");
});

test("--json: without the right to load BPF programs it says so, in the lines and on stderr", () => {
  const { status, stdout, stderr } = spawnSync(
    "setpriv",
    ["--bounding-set=-all", "--inh-caps=-all", BPFTOP, "--json", "--count", "1", "--interval", "0.1", "runqlat"],
    { encoding: "utf8", timeout: 20_000 },
  );
  assert.equal(status, 1);
  const { state, why, advice, histogram } = lines(stdout)[0].panes.runqlat;
  assert.deepEqual([state, histogram], ["failed", null]);
  assert.ok(why !== "" && advice !== "");
  assert.match(stderr, /^bpftop: sched: /m);
});
