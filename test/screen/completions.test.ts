/** Tab in real shells, each set up as its user would. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { completions } from "../../src/app/outputs/completions.ts";
import { panes } from "../../src/panes/registry.ts";
import { KEYS, ROOT, Screen } from "./harness.ts";

const home = mkdtempSync(path.join(tmpdir(), "bpftop-shells-"));
after(() => rmSync(home, { recursive: true }));
const put = (name: string, text: string) => {
  mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
  writeFileSync(path.join(home, name), text);
};
put("bash_completion.sh", completions.bash(panes));
put("functions/_bpftop", completions.zsh(panes));
put("fish/completions/bpftop.fish", completions.fish(panes));
put("work/my recording.jsonl", "");
put("inputrc", "set show-all-if-ambiguous on\nset bell-style none\n");

const names = panes.map(({ name }) => name);
const env = { HOME: home, PATH: `${ROOT}/bin:${process.env["PATH"]}`, INPUTRC: `${home}/inputrc`, PS1: "$ " };

/** What makes a bare shell one with bpftop's completions; "ready" comes once it has read it. */
const SHELLS = {
  bash: { args: ["--norc", "--noprofile"], setUp: "source ~/bash_completion.sh" },
  zsh: { args: ["-f"], setUp: "fpath=(~/functions $fpath); autoload -Uz compinit; compinit -D; PS1='$ '" },
  fish: { args: ["--private"], setUp: "set -g fish_autosuggestion_enabled 0" },
} as const;

for (const [shell, { args, setUp }] of Object.entries(SHELLS)) {
  test(`${shell} completes options, panes, files and choices`, async () => {
    const screen = new Screen({
      command: shell,
      args,
      env: { ...env, XDG_CONFIG_HOME: home, XDG_DATA_HOME: `${home}/data` },
      rows: 50,
    });
    screen.press(`${setUp}; cd ~/work; clear; echo re''ady\r`);
    await screen.until(/^ready\b/m);

    /** Types a command line with its tabs on an empty screen, and waits for what must be there. */
    const expectAt = async (typed: string, ...wanted: readonly RegExp[]) => {
      screen.press("\u0015", KEYS.ctrlL);
      await screen.until((it) => !/bpftop|ready/.test(it.text()));
      screen.press(typed, KEYS.tab);
      await screen.until((it) => wanted.every((one) => one.test(it.text())));
    };

    await expectAt("bpftop --re", /--record\b/, /--replay\b/);
    assert.doesNotMatch(screen.text(), /--json/);
    await expectAt("bpftop run", /bpftop runqlat/);
    await expectAt("bpftop --json ", ...names.map((name) => new RegExp(`\\b${name}\\b`)));
    await expectAt("bpftop --json biotop soft", /bpftop --json biotop softirqs/);
    await expectAt("bpftop --replay ", /bpftop --replay .*my\\? recording\.jsonl/);
    await expectAt("bpftop --record=m", /bpftop --record=.*my\\? recording\.jsonl/);
    await expectAt("bpftop --generate z", /bpftop --generate zsh/);
    await expectAt("bpftop --generate=f", /bpftop --generate=fish/);
    await expectAt("bpftop --interval 2 --js", /bpftop --interval 2 --json/);
    screen.kill("SIGKILL");
  });
}
