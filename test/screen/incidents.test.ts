/** Something is wrong with the machine; whoever only has the keys finds out what, in at most four of them to the stacks. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { scratch, start, workload } from "../kernel/harness.ts";
import { KEYS, ROOT, type Screen, open } from "./harness.ts";
import { fileOf, loopDisk, startGroup } from "./load.ts";

const SIZE = { columns: 160, rows: 48 };
const MIB = 1 << 20;
/** Longer than its test can take; the test ends it before. */
const MS = "90000";

/** On a stack screen; the stacks have come, and the kernel's functions have their names. */
const hasStacks = (screen: Screen) =>
  / (samples|waits) /.test(screen.lines()[1] ?? "") && !/0xffffffff/.test(screen.text());

/** The rows of the list of functions, the hottest first. */
const functions = (screen: Screen) =>
  screen.lines().flatMap((text) => {
    const [, self, total, name] = /^ +([\d.]+)% +\S+ +([\d.]+)% {2}(\S+)/.exec(text) ?? [];
    return name === undefined ? [] : [{ self: Number(self), total: Number(total), name }];
  });

/** How much of the time goes through functions with a text in their name; the search is one of the screen's own. */
async function shareOf(screen: Screen, text: string, least: number): Promise<void> {
  await screen.walk(["/", /█/], [text, new RegExp(`/${text}█`)], [KEYS.enter, (it) => !/█ /.test(it.lines()[4] ?? "")]);
  const share = () =>
    Number(new RegExp(`/${text} +([\\d.]+)% of the time goes through a match`).exec(screen.text())?.[1]);
  await screen.until(() => share() >= least);
}

test("one function of one program burns a CPU: CPU → the program → its stacks", async () => {
  const burn = start(workload("burn"), [MS]);
  const screen = await open(SIZE);
  await screen.until(new RegExp(`burn\\[${burn.pid}\\]|cpu +[1-9]\\d+% busy`));
  await screen.walk([KEYS.enter, /› cpu ›/]);
  const isAlone = /› top/.test(screen.lines()[0] ?? "");
  if (isAlone) {
    await screen.until(new RegExp(`^burn\\[${burn.pid}\\]`, "m"));
    await screen.walk([KEYS.enter, new RegExp(`› burn\\[${burn.pid}\\]`)], [KEYS.enter, /▸on-CPU stacks/]);
  } else {
    // Where others saturate the CPU as well, its row leads to the run queue: the whole machine's stacks, then.
    await screen.walk([KEYS.esc, /RESOURCE/], ["w", /on-CPU stacks of the whole machine/], ["G", /Ways down/]);
    await screen.walk([KEYS.up, /Ways down/], [KEYS.enter, /› on-CPU/]);
    await screen.until(new RegExp(`burn:${burn.pid} `));
  }
  await screen.until(hasStacks);
  if (!isAlone) return shareOf(screen, "burn_in_here", 5);
  await screen.walk(["v", /SELF .*FUNCTION/]);
  await screen.until((it) => functions(it)[0]?.name === "burn_in_here");
  assert.ok((functions(screen)[0]?.self ?? 0) > 50, screen.text());
});

test("sixteen busy processes on two CPUs: CPU saturated, by whom, how long they wait", async () => {
  for (let i = 0; i < 16; i++) start(workload("burn"), [MS]);
  const screen = await open(SIZE);
  await screen.until(
    /CPU saturated: run queue \S+ ms p99.*burn\[\d+\] \d+ % of CPU demand with 1\d more of its name.* → Enter: runqlat/,
  );
  await screen.walk([KEYS.enter, /› cpu › runqlat/]);
  // With so many, a turn comes after many milliseconds.
  await screen.until(/(8\.39|16\.8|33\.6)ms–\S+ +[1-9]/);
});

test("a convoy on a mutex: the machine waits in futex, in the program's own locking function; the waker unlocks", async () => {
  start(workload("convoy"), ["12", "5", "3000"]);
  const screen = await open(SIZE);
  await screen.walk(["6", /▸6 softirqs/], ["o", /whole machine › off-CPU/]);
  await screen.until((it) => hasStacks(it) && /woken by convoy\[\d+\]/.test(it.text()));
  await shareOf(screen, "lock_the_ledger", 10);
  await screen.walk([KEYS.esc, (it) => !/goes through a match/.test(it.text())], ["v", /SELF .*FUNCTION/]);
  await screen.until((it) => functions(it).some(({ name }) => /futex/.test(name)));
});

test("direct writes to a disk: biotop names the disk and fio, and leads to its stacks", async () => {
  const { device, name } = loopDisk(64 * MIB);
  startGroup("fio", [
    ...["--name=incident", `--filename=${device}`, "--rw=randwrite", "--bs=64k", "--direct=1", "--ioengine=psync"],
    ...["--thread", "--time_based", "--runtime=90", "--size=32m", "--rate_iops=800"],
  ]);
  const screen = await open(SIZE);
  await screen.until(new RegExp(`fio\\[\\d+\\].* ${name} `));
  await screen.until(new RegExp(`disk ${name} `));
  await screen.walk(["1", /▸1 biotop/], [KEYS.enter, /live via/]);
  await screen.walk(["/", /█/], ["fio", /\/fio█/], [KEYS.enter, /\/fio +\d+ of/]);
  await screen.until(new RegExp(`^fio\\[\\d+\\].* ${name} `, "m"));
  await screen.walk([KEYS.enter, /› fio\[\d+\]/], [KEYS.enter, /› (on|off)-CPU/]);
  await screen.until(hasStacks);
});

test("a file read again and again from the page cache: filetop names it, and leads to the reading function", async () => {
  const file = fileOf("read-again", 4 * MIB);
  const reread = start(workload("reread"), [file, MS]);
  const screen = await open({ columns: 200, rows: 48 });
  await screen.until(new RegExp(`reread\\[${reread.pid}\\]`));
  await screen.walk(["3", /▸3 filetop/], [KEYS.enter, /live via/]);
  await screen.until(new RegExp(`^reread\\[${reread.pid}\\].*[MG]/s .*${file}`, "m"));
  await screen.walk([KEYS.enter, new RegExp(`› reread\\[${reread.pid}\\]`)], [KEYS.enter, /▸on-CPU stacks/]);
  await screen.until(hasStacks);
  await shareOf(screen, "read_it_again", 50);
});

test("a bulk transfer over loopback: tcptop shows both processes and the connection, and leads to the sending function", async () => {
  startGroup(workload("tcp_bulk"), ["127.0.0.1", "0", MS, "0"]);
  const screen = await open(SIZE);
  await screen.walk(["2", /▸2 tcptop/], [KEYS.enter, /live via/]);
  const end = (name: string) =>
    new RegExp(`^${name}\\[\\d+\\].*127\\.0\\.0\\.1:(\\d+) +127\\.0\\.0\\.1:(\\d+) `, "m").exec(screen.text());
  await screen.until(() => end("bulk_send") !== null && end("bulk_receive") !== null);
  const [sends, receives] = [end("bulk_send"), end("bulk_receive")];
  assert.deepEqual([sends?.[1], sends?.[2]], [receives?.[2], receives?.[1]]);
  await screen.walk(["/", /█/], ["bulk_send", /\/bulk_send█/], [KEYS.enter, /\/bulk_send +\d+ of/]);
  await screen.walk([KEYS.enter, /› bulk_send\[\d+\]/], ["c", /› on-CPU/]);
  await screen.until(hasStacks);
  await shareOf(screen, "send_in_bulk", 30);
});

test("packets are lost between two network namespaces: tcptop shows retransmits, the connection and the process", async () => {
  const script = path.join(ROOT, "test/workloads/incident_lossy_link.sh");
  const lossy = spawn("sh", [script, `bpftop-${process.pid}`, MS, workload("tcp_bulk")], { stdio: "ignore" });
  const ended = new Promise((resolve) => lossy.on("close", resolve));
  after(async () => {
    lossy.kill("SIGTERM");
    await ended;
  });
  const screen = await open(SIZE);
  await screen.walk(["2", /▸2 tcptop/], [KEYS.enter, /live via/]);
  await screen.until(/^bulk_send\[\d+\].* 10\.99\.23\.1:\d+ +10\.99\.23\.2:5001 .* [1-9]\d* *$/m);
  await screen.walk(["/", /█/], ["bulk_send", /\/bulk_send█/], [KEYS.enter, /\/bulk_send +\d+ of/]);
  await screen.walk([KEYS.enter, /› bulk_send\[\d+\]/], ["o", /› off-CPU/]);
  await screen.until(hasStacks);
  await shareOf(screen, "send_in_bulk", 50);
});

test("a shell loop of short-lived processes: top shows CPU time of those that no longer exist, by parent and command", async () => {
  startGroup("sh", [path.join(ROOT, "test/workloads/incident_short_lived.sh"), "4000"]);
  const screen = await open({ ...SIZE, args: ["top"] });
  await screen.until(/^sh\[\d+\].*incident_short_lived\.sh.* \d+ × sha1sum/m);
});

const CGROUPS = "/sys/fs/cgroup/memory";

test("a process over the memory limit of its cgroup: memory is short, and the stacks show who waits for it", {
  skip: existsSync(`${CGROUPS}/memory.limit_in_bytes`) ? false : "no memory controller of cgroup v1 here",
}, async () => {
  const cgroup = path.join(CGROUPS, `bpftop-test-${process.pid}`);
  mkdirSync(cgroup);
  writeFileSync(`${cgroup}/memory.limit_in_bytes`, "24M");
  const command = `echo $$ >${cgroup}/cgroup.procs && exec ${workload("over_limit")} ${scratch()}/pages 64 ${MS}`;
  const over = start("sh", ["-c", command]);
  const ended = new Promise((resolve) => over.on("close", resolve));
  after(async () => {
    over.kill("SIGKILL");
    await ended;
    // It is empty a moment after the last process has ended.
    for (let i = 0; i < 100; i++) {
      try {
        return rmdirSync(cgroup);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  });
  const screen = await open(SIZE);
  await screen.until(/memory short: .* wait for memory \d+ % of the time.* → Enter: memtop/);
  // Memory is what everything else suffers from, so the verdict is about it, and the cursor is there.
  await screen.walk([KEYS.enter, /› memory › memtop/]);
  await screen.walk(["/", /█/], ["over_limit", /\/over_limit█/], [KEYS.enter, /\/over_limit +1 of/]);
  await screen.walk([KEYS.enter, new RegExp(`› over_limit\\[${over.pid}\\]`)], ["o", /› off-CPU/]);
  await screen.until(hasStacks);
  await shareOf(screen, "walk_the_pages", 50);
});
