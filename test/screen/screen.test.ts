import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { after, describe, test } from "node:test";
import { scratch, start, workload } from "../kernel/harness.ts";
import { BEGIN, BPFTOP, END, KEYS, ROOT, Screen, open } from "./harness.ts";
import { startLoad } from "./load.ts";

const PANES = ["biotop", "tcptop", "filetop", "runqlat", "cpudist", "softirqs"] as const;
const USE_ROWS = ["cpu", "memory", "tcp", "filesystem", "limits"] as const;

/** Longer than all tests here take together. */
const LOAD_SECONDS = 240;
const load = startLoad(LOAD_SECONDS);

/** The pane's title and the line below it, which says how its data is got. */
function statusOf(screen: Screen, pane: string): string | undefined {
  const lines = screen.lines();
  const row = lines.findIndex((text) => new RegExp(`\\d ${pane} `).test(text));
  const column = (lines[row] ?? "").indexOf(` ${pane} `);
  return row < 0 ? undefined : lines[row + 1]?.slice(Math.max(0, column - 2));
}

const isLive = (screen: Screen, pane: string) => /^live /.test(statusOf(screen, pane) ?? "");
/** First and last line are where they belong. */
const isFramed = (screen: Screen) =>
  /^bpftop /.test(screen.text()) && /\? help {2}q quit/.test(screen.lines().at(-1) ?? "");
const frozen = (screen: Screen) => /FROZEN/.test(screen.lines()[0] ?? "");

/** Every line was written since the bytes were forgotten, and the frame is at its end. */
const isDrawn = ({ raw, rows }: Screen) =>
  new RegExp(`\u001b\\[${rows};1H(\u001b\\[m)?\u001b\\[K`).test(raw) && raw.endsWith(END);

/**
 * The screen as it is must be the one that is drawn on an empty terminal: whatever an update forgot, tore or left
 * behind differs. No line was broken by the terminal, and first and last are where they belong.
 */
async function assertWhole(screen: Screen): Promise<void> {
  const wasFrozen = frozen(screen);
  if (!wasFrozen) await screen.walk(["p", frozen]);
  const drawn = screen.picture();
  const text = screen.text();
  screen.forget();
  screen.press(KEYS.ctrlL);
  await screen.until(isDrawn);
  await screen.until((it) => it.picture() === drawn, 5000).catch(() => assert.equal(screen.text(), text));
  assert.deepEqual(screen.wrapped(), []);
  assert.ok(isFramed(screen), screen.text());
  if (!wasFrozen) await screen.walk(["p", (it) => !frozen(it)]);
}

describe("sizes", () => {
  for (const [columns, rows] of [
    [80, 24],
    [120, 40],
    [200, 50],
  ] as const) {
    test(`${columns}×${rows}: USE rows, the verdict, and every pane live under load`, async () => {
      const screen = await open({ columns, rows });
      for (const resource of USE_ROWS) await screen.until(new RegExp(`^[·○▲●◆■?!] ?\\S+ +${resource}\\b`, "m"));
      await screen.until(
        /^(\S+ ){1,2}.*(no resource in trouble|saturated|under strain|nearly full|taken up|failing|short)/m,
      );
      for (const [i, pane] of PANES.entries()) {
        // Where it is not on this page, its number leads to it.
        if (columns < 120) await screen.walk([String(i + 1), new RegExp(`▸${i + 1} ${pane} `)]);
        await screen.until((it) => isLive(it, pane));
      }
      await screen.walk(["2", /bulk_(send|rec)/]);
      await screen.walk(["3", /reread\[/]);
      await screen.walk(["1", new RegExp(load.disk)]);
      await screen.walk(["5", /p50 .*p99 .*max /], ["6", /NET_RX +[1-9]/]);
      await assertWhole(screen);
      screen.press("q");
      assert.equal(await screen.exitCode(), 0);
    });
  }

  for (const [columns, rows] of [
    [40, 10],
    [250, 70],
    [20, 5],
  ] as const) {
    test(`${columns}×${rows} is odd but holds`, async () => {
      const screen = await open({ columns, rows });
      await screen.walk(
        ["1", /biotop/],
        ["f", /bio/],
        ["?", /Measured at/],
        [KEYS.esc, (it) => !/Measured at/.test(it.text())],
      );
      assert.deepEqual(screen.wrapped(), []);
      // Esc and a letter at once would be Alt and that letter.
      screen.press(KEYS.ctrlC);
      assert.equal(await screen.exitCode(), 0);
    });
  }
});

test("80×24: Tab goes through all panes, page by page", async () => {
  const screen = await open({ columns: 80, rows: 24 });
  for (const [i, pane] of PANES.entries()) {
    await screen.walk([KEYS.tab, new RegExp(`▸${i + 1} ${pane} `)]);
    await screen.until((it) => isLive(it, pane));
  }
  await screen.walk([KEYS.tab, (it) => !/▸\d/.test(it.text()) && /RESOURCE/.test(it.text())]);
});

test("one pane fills the screen, and back", async () => {
  const screen = await open();
  const others = /RESOURCE/;
  await screen.walk(["3", /▸3 filetop/], ["f", (it) => !others.test(it.text()) && /live via /.test(it.text())]);
  await assertWhole(screen);
  await screen.walk(["f", others], [KEYS.enter, (it) => !others.test(it.text())], [KEYS.esc, others]);
});

test("resized again and again while it runs, no line is wrong", async () => {
  const screen = await open();
  for (const [columns, rows] of [
    [80, 24],
    [200, 50],
    [61, 17],
    [132, 43],
    [250, 70],
    [100, 30],
  ] as const) {
    screen.forget();
    screen.resize(columns, rows);
    await screen.until((it) => isDrawn(it) && isFramed(it));
    await assertWhole(screen);
  }
  // As when a window is drawn larger with the mouse.
  screen.forget();
  for (let columns = 80; columns < 120; columns++) screen.resize(columns, 24 + (columns % 7));
  await screen.until((it) => isDrawn(it) && isFramed(it));
  await assertWhole(screen);
});

test("frozen, the screen stands still while the load goes on", async () => {
  const writes = () => Number(readFileSync(`/sys/block/${load.disk}/stat`, "utf8").trim().split(/\s+/)[4]);
  const screen = await open({ args: ["--interval", "0.2"] });
  await screen.walk(["p", /FROZEN at \d\d:\d\d:\d\d/]);
  const picture = screen.picture();
  const until = writes() + 500;
  await screen.until(() => writes() > until);
  assert.equal(screen.picture(), picture);
  await screen.walk(["p", (it) => !frozen(it) && it.picture() !== picture]);
  await screen.until((it) => it.picture() !== picture);
});

test("sort: the mark in the heading moves, the rows turn round", async () => {
  const screen = await open();
  await screen.walk(["6", /▸6 softirqs/], ["f", /VECTOR/], ["p", frozen]);
  const marked = () => /(\S+)([▼▲])/.exec(screen.line(/VECTOR/) ?? "");
  const vectors = () => screen.lines().flatMap((text) => /^([A-Z]+(?:_[A-Z]+)?) +[\d.–]/.exec(text)?.[1] ?? []);
  const heading = () => `${marked()?.[1]}${marked()?.[2]}`;
  const first = heading();
  assert.equal(first, "TIME▼");
  const byTime = vectors();
  assert.ok(byTime.length >= 8, screen.text());
  await screen.walk(["r", () => heading() === "TIME▲"]);
  assert.notDeepEqual(vectors(), byTime);
  assert.equal(vectors().at(-1), byTime[0]);
  await screen.walk(["r", () => heading() === first]);
  assert.deepEqual(vectors(), byTime);
  await screen.walk([">", () => heading() !== first]);
  const right = heading();
  await screen.walk(["<", () => heading() === first], ["s", () => heading() === right]);
  await screen.walk(["<", () => heading() === first], ["<", () => heading() !== first && heading() !== right]);
});

test("filter: rows narrow as it is typed, Esc brings them back", async () => {
  const screen = await open();
  await screen.walk(["3", /▸3 filetop/], ["f", /reread\[/]);
  await screen.until(/bpftop\[/);
  const rows = () => screen.lines().filter((text) => /^\S.*\[\d+\]/.test(text));
  await screen.walk(["/", /█/], ["r", /\/r█/], ["e", /\/re█/]);
  screen.press(..."read-again");
  screen.press(...Array(10).fill(KEYS.backspace), ..."read");
  await screen.until(/\/reread█/);
  await screen.until(() => rows().length > 0 && rows().every((text) => /reread/.test(text)));
  // A letter is text here, and no key.
  await screen.walk(["q", /no row has this text/], [KEYS.backspace, /reread\[/], [KEYS.enter, /\/reread +\d+ of/]);
  await screen.walk([KEYS.esc, () => rows().some((text) => !/reread/.test(text))]);
});

test("help tells the keys of where one stands, and goes", async () => {
  const screen = await open();
  await screen.walk(["?", /USE summary/], ["?", /RESOURCE/]);
  await screen.walk(["1", /▸1 biotop/], ["?", /Which processes keep the disks busy\?/]);
  await screen.until(/Columns/);
  await screen.walk(["G", /reverse the order/], [KEYS.esc, /▸1 biotop/]);
});

test("a key shows its effect at once, however long the interval", async () => {
  const screen = await open({ args: ["--interval", "10"] });
  const took: number[] = [];
  const timed = async (key: string, wanted: RegExp | ((it: Screen) => boolean)) => {
    const pressed = performance.now();
    await screen.walk([key, wanted]);
    took.push(performance.now() - pressed);
  };
  for (let round = 0; round < 3; round++) {
    for (const [i, pane] of PANES.entries()) await timed(String(i + 1), new RegExp(`▸${i + 1} ${pane}`));
    await timed("f", (it) => !/RESOURCE/.test(it.text()));
    await timed("p", frozen);
    await timed("p", (it) => !frozen(it));
    await timed("f", /RESOURCE/);
    await timed("?", /Keys/);
    await timed("?", /RESOURCE/);
  }
  took.sort((a, b) => a - b);
  const median = took[Math.floor(took.length / 2)] ?? Infinity;
  assert.ok(median < 200, `half of the keys took more than ${median} ms`);
  // One may have met with another's time slice, but none waits for the next update.
  assert.ok((took.at(-1) ?? Infinity) < 3000, `${took}`);
});

test("few bytes for a frame, none that clears the screen", async () => {
  const frames = (screen: Screen) => screen.raw.split(BEGIN).length - 1;
  const screen = await open({ columns: 200, rows: 50, args: ["--interval", "0.5"] });
  const whole = screen.raw;
  screen.forget();
  await screen.until((it) => frames(it) >= 12, 60_000);
  const perFrame = screen.raw.length / frames(screen);
  assert.ok(perFrame < 8000, `${perFrame} bytes for a frame`);
  screen.press("3", "f", "f", "?", KEYS.esc);
  const until = frames(screen) + 3;
  await screen.until((it) => frames(it) >= until);
  assert.doesNotMatch(whole + screen.raw, /\u001b\[[23]J/);
});

test("a hostile name of a process or file reaches the terminal as text only", async () => {
  start(workload("evil_name"), [scratch(), "60000"]);
  const screen = await open({ columns: 200, rows: 50 });
  await screen.walk(["3", /▸3 filetop/], ["f", /EVIL/]);
  await screen.until(/title/);
  await screen.walk(
    ["/", /█/],
    ["EVIL", /\/EVIL█/],
    [KEYS.enter, /\/EVIL +\d+ of/],
    [KEYS.enter, /›.*EVIL/],
    [KEYS.esc, /▸3 filetop/],
  );
  await assertWhole(screen);
  assert.doesNotMatch(screen.raw, /\u001b\[5m|\u001b\]0;|\u001b\[2J|\u0007/);
});

/** Runs bpftop from a shell, with something on its screen, and shows what it left behind. */
class Shell {
  readonly screen: Screen;

  constructor(env: Readonly<Record<string, string>> = {}) {
    const script = `echo former content; echo "before $(stty -g)"; ${BPFTOP}; echo "code $?"; echo "after $(stty -g)"; read -r line; echo "read $line"`;
    this.screen = new Screen({ command: "/bin/sh", args: ["-c", script], env });
  }

  async bpftop(): Promise<number> {
    await this.screen.until((it) => it.isAlternate && isLive(it, "biotop"));
    const { pid } = this.screen;
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    return Number(child);
  }

  /** The terminal is as it was before bpftop, and a shell can go on. */
  async assertGivenBack(code: number, message?: RegExp): Promise<void> {
    const { screen } = this;
    await screen.until(/^after /m);
    assert.equal(screen.isAlternate, false);
    assert.deepEqual(screen.modes, {
      bracketedPasteMode: false,
      mouseTrackingMode: "none",
      applicationCursorKeysMode: false,
      originMode: false,
      wraparoundMode: true,
    });
    const text = screen.text();
    const [, before] = /^before (\S+)/m.exec(text) ?? [];
    const [, after] = /^after (\S+)/m.exec(text) ?? [];
    assert.ok(before);
    assert.equal(after, before, "the line settings are as before");
    const said = screen.lines().map((line) => line.trimEnd());
    assert.deepEqual(said.slice(0, 2), ["former content", `before ${before}`]);
    if (message === undefined) assert.equal(said[2], `code ${code}`);
    else assert.match(text, message);
    assert.match(text, new RegExp(`^code ${code} *$`, "m"));
    // The cursor is shown: the last that was said about it.
    assert.equal(screen.raw.lastIndexOf("\u001b[?25h") > screen.raw.lastIndexOf("\u001b[?25l"), true);
    // What is pushed is popped: kitty's keyboard protocol.
    const count = (what: RegExp) => screen.raw.match(what)?.length ?? 0;
    assert.equal(count(/\u001b\[>\d*u/g), count(/\u001b\[<\d*u/g));
    // Typed text is echoed, and a line is a line.
    screen.press("typed after\r");
    await screen.until(/^typed after *\n(.*\n)*read typed after/m);
  }
}

/** IDs of the BPF programs that a process holds. */
function programsOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/fdinfo`).flatMap((fd) => {
    try {
      const [, id] = /^prog_id:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8")) ?? [];
      return id === undefined ? [] : [Number(id)];
    } catch {
      return [];
    }
  });
}

function loadedPrograms(): ReadonlySet<number> {
  const programs: readonly { id: number }[] = JSON.parse(execFileSync("bpftool", ["-j", "prog", "show"]).toString());
  return new Set(programs.map(({ id }) => id));
}

async function assertNothingStays(screen: Screen, programs: readonly number[]): Promise<void> {
  assert.ok(programs.length > 3, `${programs.length} programs while it ran`);
  // The kernel frees them a little later.
  await screen.until(() => {
    const loaded = loadedPrograms();
    return programs.every((id) => !loaded.has(id));
  });
}

describe("the terminal is given back, and nothing stays in the kernel", () => {
  for (const [key, name] of [
    ["q", "q"],
    [KEYS.ctrlC, "Ctrl-C"],
  ] as const) {
    test(`after ${name}`, async () => {
      const shell = new Shell();
      const programs = programsOf(await shell.bpftop());
      shell.screen.press(key);
      await shell.assertGivenBack(0);
      await assertNothingStays(shell.screen, programs);
    });
  }

  for (const [signal, code] of [
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGINT", 130],
  ] as const) {
    test(`after ${signal}`, async () => {
      const shell = new Shell();
      const pid = await shell.bpftop();
      const programs = programsOf(pid);
      process.kill(pid, signal);
      await shell.assertGivenBack(code);
      await assertNothingStays(shell.screen, programs);
    });
  }

  test("after it was resized, and from deep inside", async () => {
    const shell = new Shell();
    await shell.bpftop();
    shell.screen.resize(100, 40);
    await shell.screen.until((it) => /q quit/.test(it.lines().at(-1) ?? ""));
    await shell.screen.walk(["3", /▸3/], ["f", /live via/], ["/", /█/]);
    shell.screen.press(KEYS.ctrlC);
    await shell.assertGivenBack(0);
  });

  test("after a crash, which is told", async () => {
    const crash = "data:text/javascript,setTimeout(()=>{throw(new(Error)('provoked'))},4000)";
    const shell = new Shell({ NODE_OPTIONS: `--import=${crash}` });
    const programs = programsOf(await shell.bpftop());
    await shell.assertGivenBack(1, /bpftop: the screen broke down, which is a bug: Error: provoked/);
    await assertNothingStays(shell.screen, programs);
  });

  test("when the terminal goes away", async () => {
    const screen = await open();
    await screen.until((it) => isLive(it, "biotop"));
    const programs = programsOf(screen.pid);
    const { pid } = screen;
    screen.hangUp();
    await screen.until(() => !screen.isAlive || !existsSync(`/proc/${pid}`));
    await assertNothingStays(screen, programs);
  });
});

describe("where there can be no screen, one line says so", () => {
  test("TERM=dumb", async () => {
    const screen = new Screen({ env: { TERM: "dumb" } });
    assert.notEqual(await screen.exitCode(), 0);
    const said = screen.raw.trim().split("\r\n");
    assert.equal(said.length, 1, screen.raw);
    assert.match(said[0] ?? "", /^bpftop: .*TERM=dumb/);
    assert.ok(!screen.raw.includes("\u001b"));
  });

  test("no terminal", () => {
    const { status, stdout, stderr } = spawnSync(BPFTOP, { cwd: ROOT, timeout: 30_000, encoding: "utf8" });
    assert.notEqual(status, 0);
    assert.equal(stdout, "");
    assert.match(stderr, /^bpftop: [^\n]*not a terminal[^\n]*\n$/);
  });
});

test("in tmux", async () => {
  const socket = `bpftop-test-${process.pid}`;
  const tmux = (...args: readonly string[]) =>
    execFileSync("tmux", ["-L", socket, "-f", "/dev/null", ...args], { encoding: "utf8", timeout: 10_000 });
  tmux(
    "new-session",
    "-d",
    "-x",
    "100",
    "-y",
    "30",
    `sh -c 'echo former content; ${BPFTOP}; echo code $?; read -r line'`,
  );
  after(() => tmux("kill-server"));
  const watch = new Screen({ command: "/bin/sh", args: ["-c", "read -r line"] });
  const shown = () => tmux("capture-pane", "-p");
  await watch.until(() => /live · /.test(shown()) && /q quit/.test(shown()));
  tmux("resize-window", "-x", "80", "-y", "24");
  await watch.until(() => {
    const lines = shown().trimEnd().split("\n");
    return lines.length === 24 && /q quit/.test(lines[23] ?? "") && lines.every((line) => [...line].length <= 80);
  });
  tmux("send-keys", "q");
  await watch.until(() => /code 0/.test(shown()));
  assert.match(shown(), /^former content\n(\n|code 0)/);
});
