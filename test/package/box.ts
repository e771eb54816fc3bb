/** A machine to copy bpftop to: a chroot of `scripts/package/chroots.sh` with the one file in it and nothing else of the project. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync } from "node:fs";
import path from "node:path";
import { scratch } from "../kernel/harness.ts";
import { ROOT, Screen, type ScreenOptions } from "../screen/harness.ts";

export const EXECUTABLE = path.join(ROOT, `dist/bpftop-linux-${process.arch}`);
const ENTER = path.join(import.meta.dirname, "enter.sh");
/** The folder of chroots; the runner has made them. */
const CHROOTS = process.env["BPFTOP_CHROOTS"] ?? "";

export interface BoxOptions {
  /** Settings of enter.sh. */
  readonly settings?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export class Box {
  readonly #root: string;
  readonly #upper: string;
  readonly #settings: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(name: string, { settings = [], env = { HOME: "/root" } }: BoxOptions = {}) {
    this.#root = path.join(CHROOTS, name);
    // Not under a directory that a box mounts over its own.
    this.#upper = mkdtempSync(path.join(scratch(), "box-"));
    mkdirSync(path.join(this.#upper, "new"));
    this.#settings = settings.join(" ");
    this.#env = env;
  }

  /** Whether the system has it, by a pattern of file names from its root. */
  has(pattern: string): boolean {
    return globSync(pattern, { cwd: this.#root }).length > 0;
  }

  /** Runs bpftop to its end. */
  run(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
    const [command, ...rest] = this.#command(args);
    return spawnSync(command, rest, { encoding: "utf8", timeout: 60_000, maxBuffer: 1 << 26 });
  }

  /** bpftop, running; the process is its own. */
  start(...args: readonly string[]): ChildProcess {
    const [command, ...rest] = this.#command(args);
    return spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"] });
  }

  /** How to have bpftop in a terminal. */
  screen(options: ScreenOptions = {}): Screen {
    const [command, ...args] = this.#command(options.args ?? [], { TERM: "xterm-256color", LC_ALL: "C.UTF-8" });
    return new Screen({ ...options, command, args });
  }

  /** The files that were written to its disk, with what enter.sh itself put there left out. */
  written(): readonly string[] {
    const all = globSync("{new,behind}/**", { cwd: this.#upper, withFileTypes: true });
    return all.filter((entry) => entry.isFile() && entry.name !== "bpftop").map((entry) => entry.name);
  }

  #command(args: readonly string[], env: Readonly<Record<string, string>> = {}): [string, ...string[]] {
    if (!existsSync(this.#root)) throw new Error(`no chroot ${this.#root}: this runs by npm run test:package`);
    const variables = Object.entries({ PATH: process.env["PATH"] ?? "", ...this.#env, ...env });
    return [
      "env",
      "-i",
      ...variables.map(([name, value]) => `${name}=${value}`),
      ...["unshare", "--mount", "--propagation", "private", "sh", ENTER],
      ...[this.#root, this.#upper, EXECUTABLE, this.#settings, ...args],
    ];
  }
}
