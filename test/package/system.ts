/** A Debian to install packages on: a chroot of `scripts/package/chroots.sh`; what is written to it stays until the tests end. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import path from "node:path";
import { panes } from "../../src/panes/registry.ts";
import { scratch } from "../kernel/harness.ts";
import { ROOT } from "../screen/harness.ts";

const ENTER = path.join(import.meta.dirname, "system.sh");
/** The folder of chroots; the runner has made them. */
const CHROOTS = process.env["BPFTOP_CHROOTS"] ?? "";

export class System {
  readonly #root: string;
  readonly #upper = mkdtempSync(path.join(scratch(), "system-"));
  readonly #shared = path.join(this.#upper, "shared");

  /** The file is there as /mnt/ and its name. */
  constructor(name: string, file: string) {
    this.#root = path.join(CHROOTS, name);
    if (!existsSync(this.#root)) throw new Error(`no chroot ${this.#root}: this runs by npm run test:package`);
    mkdirSync(this.#shared);
    copyFileSync(file, path.join(this.#shared, path.basename(file)));
  }

  /** A shell script to its end, however that is. */
  try(script: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
    const args = ["--mount", "--propagation", "private", "sh", ENTER, this.#root, this.#upper, this.#shared, script];
    return spawnSync("unshare", args, { encoding: "utf8", timeout: 600_000, maxBuffer: 1 << 26 });
  }

  /** What a shell script says on stdout; it must succeed. */
  run(script: string): string {
    const { status, stdout, stderr } = this.try(script);
    assert.equal(status, 0, `${script}: ${stdout}${stderr}`);
    return stdout;
  }

  has(command: string): boolean {
    return this.try(`command -v ${command}`).status === 0;
  }

  /** Every path but those of logs and of the package managers' own lists. */
  paths(): readonly string[] {
    const own = ["/var/log", "/var/cache", "/var/lib/apt", "/root/.npm", "/mnt"].map((folder) => `-path ${folder}`);
    return this.run(`find / -xdev \\( ${own.join(" -o ")} \\) -prune -o -print`)
      .split("\n")
      .filter((file) => !/^\/var\/lib\/dpkg\/[\w-]+-old$/.test(file))
      .sort();
  }

  /** What is there now and was not, and the other way round. */
  changes(before: readonly string[]): { readonly added: readonly string[]; readonly gone: readonly string[] } {
    const [then, now] = [new Set(before), new Set(this.paths())];
    return { added: [...now].filter((file) => !then.has(file)), gone: [...then].filter((file) => !now.has(file)) };
  }

  /** `bpftop` as it is installed, for two intervals: every pane must be live. Returns what it said on stderr. */
  measure(command = "bpftop"): string {
    const { status, stdout, stderr } = this.try(`${command} --json --count 2`);
    assert.equal(status, 0, stderr);
    const lines = stdout.trimEnd().split("\n");
    assert.equal(lines.length, 2);
    const { panes: shown }: { panes: Record<string, { state: string; why: string | null }> } = JSON.parse(
      lines[1] ?? "",
    );
    for (const { name } of panes)
      assert.match(shown[name]?.state ?? "absent", /^(live|degraded)$/, shown[name]?.why ?? name);
    return stderr;
  }
}

/** The version that every package must say it is. */
export const { version }: { readonly version: string } = JSON.parse(
  readFileSync(path.join(ROOT, "package.json"), "utf8"),
);
