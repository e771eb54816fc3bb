import { Writable } from "node:stream";
import type { WriteStream } from "node:tty";
import { type Cells, diffCells, parseCells } from "./cells.ts";

const ENTER_SCREEN = "\u001b[?1049h";
const LEAVE_SCREEN = "\u001b[?1049l";
/** tmux, when it was resized meanwhile, wraps what is left on the alternate screen into the normal one. */
const EMPTY = "\u001b[m\u001b[H\u001b[J";
const BEGIN = "\u001b[?2026h";
const END = "\u001b[?2026l";
/** Controls that carry no text: Ink's cursor moves and erasures, which a diff of cells does not need. */
const MOVES = /\u001b\[[0-9;]*[A-HJKST]/g;
const PRIVATE_MODES = /\u001b\[\?[0-9;]+[hl]|\u001b\[[<>=][0-9;]*u/g;

/**
 * The terminal as Ink sees it. Ink erases and writes every line of every frame; what reaches the terminal is the
 * cells that differ from the last frame, as one synchronized update. A frame that comes while the terminal is
 * still busy with the last replaces any other that waits, so that a slow line shows the newest.
 */
export class FrameStream extends Writable {
  readonly isTTY = true;
  readonly #terminal: WriteStream;
  #cells: Cells | undefined;
  /** The newest frame, drawn or not. */
  #frame = "";
  #isBehind = false;
  #busy = false;
  #isOnScreen = false;

  constructor(terminal: WriteStream) {
    super({ decodeStrings: false });
    this.#terminal = terminal;
    terminal.on("drain", this.#drained);
  }

  get columns(): number {
    return this.#terminal.columns || 80;
  }

  get rows(): number {
    return this.#terminal.rows || 24;
  }

  /** Whether the terminal shows its alternate screen because Ink asked for it. */
  get isOnScreen(): boolean {
    return this.#isOnScreen;
  }

  /** The terminal's size has changed; what it shows now is anybody's guess. */
  resized(): void {
    this.#cells = undefined;
    this.emit("resize");
  }

  /** Draws everything again: something else may have written on the screen. */
  redraw(): void {
    this.#cells = undefined;
    this.#draw(this.#frame);
  }

  /** Something for the terminal that does not show, such as text for its clipboard: between two frames, never within one. */
  send(sequence: string): void {
    this.#terminal.write(sequence);
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#pass(typeof chunk === "string" ? chunk : chunk.toString());
    done();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#terminal.off("drain", this.#drained);
    done();
  }

  #pass(chunk: string): void {
    const modes = chunk.match(PRIVATE_MODES)?.filter((mode) => mode !== BEGIN && mode !== END) ?? [];
    if (modes.includes(ENTER_SCREEN)) this.#cells = undefined;
    this.#isOnScreen = modes.includes(ENTER_SCREEN) || (this.#isOnScreen && !modes.includes(LEAVE_SCREEN));
    for (const mode of modes) this.#terminal.write(mode === LEAVE_SCREEN ? EMPTY + mode : mode);
    const text = chunk.replace(PRIVATE_MODES, "").replace(MOVES, "");
    if (text.trim() !== "") this.#draw(text);
  }

  #draw(frame: string): void {
    this.#frame = frame;
    this.#isBehind = this.#busy;
    if (this.#busy) return;
    const cells = parseCells(frame, this.columns, this.rows);
    const changes = diffCells(this.#cells, cells);
    this.#cells = cells;
    if (changes !== "") this.#busy = !this.#terminal.write(BEGIN + changes + END);
  }

  readonly #drained = () => {
    this.#busy = false;
    if (this.#isBehind) this.#draw(this.#frame);
  };
}
