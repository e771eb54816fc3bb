/** bpftop in a real terminal: a pty with a headless xterm on its other end. Everything that waits is bounded. */
import assert from "node:assert/strict";
import path from "node:path";
import { StringDecoder } from "node:string_decoder";
import { after } from "node:test";
import { type IPty, spawn } from "@lydell/node-pty";
import xterm, { type IBufferCell } from "@xterm/headless";

export const ROOT = path.join(import.meta.dirname, "../..");
export const BPFTOP = path.join(ROOT, "bin/bpftop");

/** Generous: the machine may be busy, and a slow answer is a test of its own. */
const PATIENCE_MS = 30_000;
const ALTERNATE_SCREEN = "\u001b[?1049h";
/** Of a synchronized update. */
export const BEGIN = "\u001b[?2026h";
export const END = "\u001b[?2026l";

export const KEYS = {
  enter: "\r",
  esc: "\u001b",
  tab: "\t",
  backspace: "\u007f",
  up: "\u001b[A",
  down: "\u001b[B",
  right: "\u001b[C",
  left: "\u001b[D",
  ctrlC: "\u0003",
  ctrlL: "\u000c",
} as const;

export interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Arguments of bpftop, or of the command. */
  readonly args?: readonly string[];
  /** Instead of bpftop. */
  readonly command?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export type Awaited = RegExp | ((screen: Screen) => boolean);

export class Screen {
  readonly #pty: IPty;
  readonly #terminal: xterm.Terminal;
  /** xterm's own decoder loses a character of which a piece ends after a byte 0x80, as in "…" and "›". */
  readonly #decoder = new StringDecoder("utf8");
  readonly #changed = new Set<() => void>();
  /** What the terminal has obeyed so far, as a character for each byte. */
  #obeyed = "";
  #forgotten = 0;
  #exit: { readonly exitCode: number; readonly signal: number | undefined } | undefined;
  readonly exited: Promise<number>;

  constructor({ columns = 120, rows = 40, args = [], command = BPFTOP, env = {} }: ScreenOptions = {}) {
    const { NO_COLOR: _, ...own } = process.env;
    this.#terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 200, allowProposedApi: true });
    this.#pty = spawn(command, [...args], {
      name: env["TERM"] ?? "xterm-256color",
      cols: columns,
      rows,
      cwd: ROOT,
      // One character per byte.
      encoding: "latin1",
      env: { ...own, TERM: "xterm-256color", LC_ALL: "C.UTF-8", ...env },
    });
    // What a terminal answers to what it is asked.
    this.#terminal.onData((answer) => this.#write(answer));
    this.#pty.onData((bytes) => {
      this.#terminal.write(this.#decoder.write(Buffer.from(bytes, "latin1")), () => {
        this.#obeyed += bytes;
        this.#tell();
      });
    });
    this.exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) => {
        // What came before is on the screen first.
        this.#terminal.write("", () => {
          this.#exit = { exitCode, signal };
          resolve(exitCode);
          this.#tell();
        });
      });
    });
    after(() => this.close());
  }

  get pid(): number {
    return this.#pty.pid;
  }

  get columns(): number {
    return this.#terminal.cols;
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  get isAlive(): boolean {
    return this.#exit === undefined;
  }

  /** Every byte that the terminal has obeyed, as a character each. */
  get raw(): string {
    return this.#obeyed.slice(this.#forgotten);
  }

  /**
   * Whether the terminal is amid an update. A pty hands a long one over in pieces, and a terminal that synchronizes
   * shows none of them before the last: neither does this one.
   */
  get #isTorn(): boolean {
    return this.isAlive && this.#obeyed.lastIndexOf(BEGIN) > this.#obeyed.lastIndexOf(END);
  }

  /** The bytes from now on are a new `raw`. */
  forget(): void {
    this.#forgotten = this.#obeyed.length;
  }

  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === "alternate";
  }

  /** Modes that a program switches on. */
  get modes() {
    const { bracketedPasteMode, mouseTrackingMode, applicationCursorKeysMode, originMode, wraparoundMode } =
      this.#terminal.modes;
    return { bracketedPasteMode, mouseTrackingMode, applicationCursorKeysMode, originMode, wraparoundMode };
  }

  /** Each as wide as the terminal. */
  lines(): readonly string[] {
    const { active } = this.#terminal.buffer;
    return Array.from(
      { length: this.rows },
      (_, row) => active.getLine(active.baseY + row)?.translateToString(false) ?? "",
    );
  }

  text(): string {
    return this.lines().join("\n");
  }

  line(pattern: RegExp): string | undefined {
    return this.lines().find((text) => pattern.test(text));
  }

  /** Cells of a row with their looks. */
  cells(row: number): readonly IBufferCell[] {
    const { active } = this.#terminal.buffer;
    const line = active.getLine(active.baseY + row);
    return Array.from({ length: this.columns }, (_, column) => line?.getCell(column)).filter((cell) => !!cell);
  }

  /** Rows that the terminal itself broke because they were too long. */
  wrapped(): readonly number[] {
    const { active } = this.#terminal.buffer;
    return [...Array(this.rows).keys()].filter((row) => active.getLine(active.baseY + row)?.isWrapped);
  }

  /** The whole screen with its colours, to compare. */
  picture(): string {
    return [...Array(this.rows).keys()]
      .map((row) =>
        this.cells(row)
          .map((cell) => {
            const look = [cell.getFgColor(), cell.getBgColor(), cell.isBold(), cell.isDim(), cell.isInverse()];
            return `${cell.getChars() || " "}${look.join()}`;
          })
          .join("|"),
      )
      .join("\n");
  }

  press(...keys: readonly string[]): void {
    for (const key of keys) this.#write(key);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** Waits for what is on the screen; says what was there instead when it does not come. */
  async until(wanted: Awaited, ms = PATIENCE_MS): Promise<void> {
    const holds = () => !this.#isTorn && (wanted instanceof RegExp ? wanted.test(this.text()) : wanted(this));
    await new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!holds()) return;
        done();
        resolve();
      };
      const timer = setTimeout(() => {
        done();
        const end = this.isAlive ? "" : ` (it has exited: ${JSON.stringify(this.#exit)})`;
        reject(new Error(`not within ${ms} ms: ${wanted}${end}; the screen was\n${this.text()}`));
      }, ms);
      // Not everything that is waited for is told by a change of the screen.
      const now = setInterval(check, 100);
      const done = () => {
        clearTimeout(timer);
        clearInterval(now);
        this.#changed.delete(check);
      };
      this.#changed.add(check);
      check();
    });
  }

  /** Each key is pressed when what the one before led to is there. */
  async walk(...steps: readonly (readonly [key: string, wanted: Awaited])[]): Promise<void> {
    for (const [key, wanted] of steps) {
      this.press(key);
      await this.until(wanted);
    }
  }

  async exitCode(ms = PATIENCE_MS): Promise<number> {
    await this.until(() => !this.isAlive, ms);
    return this.exited;
  }

  kill(signal: NodeJS.Signals): void {
    try {
      if (this.isAlive) process.kill(this.pid, signal);
    } catch {
      // It has just ended.
    }
  }

  /** The terminal is gone: whatever runs in it is hung up. */
  hangUp(): void {
    (this.#pty as IPty & { destroy?: () => void }).destroy?.();
  }

  async close(): Promise<void> {
    this.kill("SIGTERM");
    const hardly = setTimeout(() => this.kill("SIGKILL"), 5000);
    if (this.isAlive) await this.exited;
    clearTimeout(hardly);
    this.hangUp();
    this.#terminal.dispose();
  }

  #write(keys: string): void {
    if (this.isAlive) this.#pty.write(keys);
  }

  #tell(): void {
    for (const check of [...this.#changed]) check();
  }
}

/** bpftop, measuring: its first interval is on the screen. */
export async function open(options: ScreenOptions = {}): Promise<Screen> {
  const screen = new Screen(options);
  const measured = /\bcpu\b|\blive\b/;
  await screen.until(
    (it) =>
      (it.raw.includes(ALTERNATE_SCREEN) && measured.test(it.text()) && !/measuring…/.test(it.text())) || !it.isAlive,
  );
  assert.ok(screen.isAlive, `bpftop runs; it said ${screen.raw}`);
  return screen;
}
