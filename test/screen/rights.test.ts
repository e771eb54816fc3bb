/** The screen of one who may load no BPF programs. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { scratch, start } from "../kernel/harness.ts";
import { as, withoutBtf } from "../kernel/standing.ts";
import { KEYS, type Screen, open } from "./harness.ts";

const OTHERS = { 2: "tcptop", 3: "filetop", 4: "runqlat", 5: "cpudist", 6: "softirqs" };

const opened = ([command = "", ...args]: readonly string[], size: { columns: number; rows: number }) =>
  open({ command, args, ...size });

async function quits(screen: Screen): Promise<void> {
  screen.press("q");
  assert.equal(await screen.exitCode(), 0);
}

for (const size of [
  { columns: 80, rows: 24 },
  { columns: 200, rows: 50 },
]) {
  const name = `${size.columns}×${size.rows}`;
  test(`${name}, as a user without rights: the summary is live, and the first screen says what it takes`, async () => {
    const screen = await opened(as([]), size);
    await screen.until(/^bpftop USE .*not measured: run it as root: sudo bpftop/m);
    await screen.until(/^\S+ \w+ +cpu +[\d.<]+% busy/m);
    await screen.until(/^\S+ \w+ +memory +[\d.<]+% used/m);
    for (const [key, pane] of Object.entries(OTHERS)) {
      await screen.walk([key, new RegExp(`▸${key} ${pane} `)]);
      await screen.until(/not measured: no BPF: it takes CAP_BPF and CAP_PERFMON, or root/);
    }
    assert.deepEqual(screen.wrapped(), []);
    await quits(screen);
  });
}

test("on a kernel without BTF biotop shows the bytes that /proc accounts, and says so", async () => {
  const file = path.join(scratch(), "data");
  const writes = ["--rw=write", "--size=8M", "--bs=1M", "--fsync=1", "--time_based", "--runtime=60"];
  start("fio", ["--name=writer", `--filename=${file}`, ...writes, "--thread"]);
  const screen = await opened(withoutBtf("biotop"), { columns: 120, rows: 40 });
  await screen.until(/no BPF: this kernel has no BTF/);
  await screen.until(/live via \/proc\/PID\/io/);
  await screen.until(/^fio\[\d+\] .*–.* [\d.]+[MG]\/s/m);
  await quits(screen);
});

test("as a user without rights, top and memtop are live from /proc", async () => {
  const screen = await opened(as([], "top"), { columns: 120, rows: 40 });
  await screen.until(/live via \/proc\/PID\/stat/);
  await screen.until(/^\S+\[\d+\] .* [\d.<]+%? .* +– +– +–/m);
  assert.match(screen.text(), /no BPF: it takes CAP_BPF and CAP_PERFMON, or root; run it as root: sudo bpftop/);
  // It stays so, and is not attached again and again.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  assert.match(screen.text(), /live via \/proc\/PID\/stat/);
  await screen.walk([KEYS.esc, /RESOURCE/], [":", /^:/m]);
  screen.press("memtop\r");
  await screen.until((it) => /RESIDENT/.test(it.text()) && /live via \/proc\/PID\/stat/.test(it.text()));
  screen.press(KEYS.ctrlC);
  assert.equal(await screen.exitCode(), 0);
});

test("on a kernel without BTF the panes say so, and the summary is live", async () => {
  const screen = await opened(withoutBtf(), { columns: 120, rows: 40 });
  await screen.until(/not measured: no BPF: this kernel has no BTF/);
  await screen.until(/CONFIG_DEBUG_INFO_BTF/);
  await screen.until(/^\S+ \w+ +cpu +[\d.<]+% busy/m);
  await quits(screen);
});
