import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { describe, test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { panes, panesOfProcess } from "../../src/panes/registry.ts";
import { RIGHTS, parseHeld } from "../../src/sources/proc/rights.ts";
import { sleep, start } from "./harness.ts";
import { BPFTOP, as, withoutBtf } from "./standing.ts";

interface Tool {
  readonly name: string;
  readonly state: string;
  readonly via: readonly string[];
  readonly why: string | null;
  readonly advice: string | null;
  readonly notUsed: readonly { readonly kind: string; readonly why: string }[];
}

const run = (command: readonly string[]) => {
  const [program = "", ...args] = command;
  return spawnSync(program, args, { encoding: "utf8", timeout: 60_000 });
};
const examined = (command: (...args: readonly string[]) => readonly string[]) => {
  const { status, stdout } = run(command("doctor", "--json"));
  const report = JSON.parse(stdout);
  const tools = new Map<string, Tool>(report.panes.map((tool: Tool) => [tool.name, tool]));
  return { status, report, tools };
};
/** A file descriptor that is gone by now is none. */
function isBpfMap(fd: string): boolean {
  try {
    return readlinkSync(fd) === "anon_inode:bpf-map";
  } catch {
    return false;
  }
}
const names = [...new Set([...panes, ...panesOfProcess].map(({ name }) => name)), "on-CPU stacks", "off-CPU stacks"];
const fromProc = ["biotop", "top", "memtop", "threads"];

/** Everything is live but what Debian's kernels and an old libbpf keep for CAP_SYS_ADMIN: that says so. */
function assertLiveWithoutAdmin(status: number | null, tools: ReadonlyMap<string, Tool>): void {
  const isParanoid = Number(readFileSync("/proc/sys/kernel/perf_event_paranoid", "utf8")) > 2;
  const kept = isParanoid ? /kernel\.perf_event_paranoid|libbpf before 1\.3/ : /libbpf before 1\.3/;
  const dead = [...tools.values()].filter(({ state }) => state !== "live");
  for (const { name, why } of dead) assert.match(why ?? "", kept, name);
  assert.ok(tools.get("runqlat")?.state === "live" && tools.get("biotop")?.state === "live");
  assert.equal(status, dead.length === 0 ? 0 : 1);
}

describe("doctor, as root", () => {
  const { status, report, tools } = examined((...args) => [BPFTOP, ...args]);

  test("every pane is live, and it says by which hooks; the exit status is 0", () => {
    assert.deepEqual([...tools.keys()].sort(), [...names].sort());
    for (const { name, state, via, why } of tools.values()) {
      assert.equal(state, "live", `${name}: ${why}`);
      assert.ok(via.length > 0, name);
    }
    assert.deepEqual([status, report.live], [0, true]);
  });

  test("the JSON is what its schema says", () => {
    const validate = new Ajv2020().compile(JSON.parse(run([BPFTOP, "doctor", "--schema"]).stdout));
    assert.ok(validate(report), JSON.stringify(validate.errors));
  });

  test("the kinds of hooks that work agree with what the panes got", () => {
    const works = new Map(report.kinds.map(({ kind, works }: { kind: string; works: boolean }) => [kind, works]));
    assert.equal(works.get("perf_event"), true, "stacks are sampled");
    for (const { via } of tools.values())
      for (const hook of via) {
        const [kind = ""] = hook.split(":");
        if (works.has(kind)) assert.equal(works.get(kind), true, `${hook} is in use`);
      }
    for (const { kind, works } of report.kinds) {
      if (!works) continue;
      const refused = [...tools.values()].flatMap(({ notUsed }) => notUsed.filter((one) => one.kind === kind));
      assert.deepEqual(
        refused.filter(({ why }) => why.startsWith("refused (EPERM)")),
        [],
      );
    }
  });

  test("kept to one kind of hook, it says which better ones were left out", () => {
    const { tools } = examined((...args) => [BPFTOP, ...args, "--hooks", "raw_tp"]);
    const runqlat = tools.get("runqlat");
    assert.ok(runqlat?.via.every((hook) => hook.startsWith("raw_tp:")));
    assert.deepEqual(
      [...new Set(runqlat?.notUsed.map(({ kind, why }) => `${kind}: ${why}`))],
      ["tp_btf: only raw_tp is to be used"],
    );
  });

  test("the text has a row for each pane, no colours on a pipe, and no line wider than 80 columns", () => {
    const { stdout, status } = run([BPFTOP, "doctor"]);
    assert.equal(status, 0);
    for (const name of names) assert.match(stdout, new RegExp(`^.*\\b${name}\\b.* live `, "m"));
    for (const line of stdout.split("\n")) assert.ok(line.length <= 80 && !line.includes("\u001b"), line);
  });
});

test("doctor, as a user without rights: what comes from /proc is live, the rest says what it takes", () => {
  const { status, report, tools } = examined((...args) => as([], ...args));
  assert.deepEqual([status, report.live], [1, false]);
  assert.deepEqual(
    Object.values(report.rights.held).filter((held) => held),
    [],
  );
  for (const { name, state, why, advice } of tools.values()) {
    if (fromProc.includes(name)) assert.equal(state, "live", name);
    else {
      assert.equal(state, "failed", name);
      assert.match(why ?? "", /CAP_BPF and CAP_PERFMON/);
      assert.match(advice ?? "", /sudo bpftop/);
    }
  }
  assert.ok(report.advice.some(({ todo }: { todo: string }) => /sudo bpftop/.test(todo)));
  const text = run(as([], "doctor")).stdout;
  assert.match(text, /^tcptop +failed/m);
  assert.match(text, /→ run it as root: sudo bpftop/);
});

test("doctor, as a user with the listed capabilities: every pane is live, and what is held is told", () => {
  const given = RIGHTS.filter(({ when }) => when === "always" || when === "detail").map(({ name }) => name);
  const { status, report, tools } = examined((...args) => as(given, ...args));
  assertLiveWithoutAdmin(status, tools);
  const held = Object.entries(report.rights.held).flatMap(([name, is]) => (is ? [name] : []));
  assert.deepEqual(held.sort(), [...given].sort());
  assert.equal(report.symbols.kernel, true, "CAP_SYSLOG shows the kernel's functions");
});

test("doctor, as a user with what is needed and no more: every pane is live, and what is not seen is told", () => {
  const { status, report, tools } = examined((...args) => as(["CAP_BPF", "CAP_PERFMON"], ...args));
  assertLiveWithoutAdmin(status, tools);
  assert.match(report.advice.map(({ about }: { about: string }) => about).join("\n"), /not held: CAP_SYS_PTRACE/);
});

test("doctor, on a kernel without BTF", () => {
  const { status, report, tools } = examined((...args) => withoutBtf(...args));
  assert.deepEqual([status, report.kernel.btf], [1, false]);
  for (const name of ["tcptop", "filetop", "runqlat", "cpudist", "off-CPU stacks"]) {
    assert.match(tools.get(name)?.why ?? "", /no BTF/, name);
    assert.match(tools.get(name)?.advice ?? "", /CONFIG_DEBUG_INFO_BTF/);
  }
});

test("as root, no thread keeps a capability that bpftop has no use for, nor gets one back", async () => {
  const child = start(BPFTOP, ["--json", "--interval", "0.1", "runqlat"]);
  const status = (tid: string) => readFileSync(`/proc/${child.pid}/task/${tid}/status`, "utf8");
  const isMeasuring = () => readdirSync(`/proc/${child.pid}/fd`).some((fd) => isBpfMap(`/proc/${child.pid}/fd/${fd}`));
  for (let tries = 0; !isMeasuring() && tries < 200; tries++) await sleep(50);
  const threads = readdirSync(`/proc/${child.pid}/task`);
  assert.ok(threads.length > 4 && isMeasuring(), "it measures, on more than one thread");
  const used = new Set(RIGHTS.map(({ bit }) => bit));
  for (const set of ["CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb"] as const) {
    for (const tid of threads) {
      const beyond = [...(parseHeld(status(tid), set) ?? [])].filter((bit) => !used.has(bit));
      assert.deepEqual(beyond, [], `${set} of thread ${tid}`);
    }
  }
  assert.match(status(String(child.pid)), /^NoNewPrivs:\s*1$/m);
  const ours = parseHeld(readFileSync("/proc/self/status", "utf8")) ?? new Set();
  assert.ok(
    [...ours].some((bit) => !used.has(bit)),
    "there was something to let go of",
  );
});

test("doctor leaves nothing in the kernel", { skip: !existsSync("/usr/sbin/bpftool") }, () => {
  const loaded = () => run(["/usr/sbin/bpftool", "prog", "list"]).stdout.match(/name try_\w+/g) ?? [];
  run([BPFTOP, "doctor"]);
  assert.deepEqual(loaded(), []);
});
