import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import type { WriteStream } from "node:tty";
import headless from "@xterm/headless";
import { Text, Transform, render } from "ink";
import { createElement } from "react";
import { FrameStream } from "../../src/app/terminal/frameStream.ts";
import { printable, textWidth } from "../../src/panes/kit/text.ts";

const COLUMNS = 30;
const ROWS = 6;

/** A terminal to write to, as Node has one, with a screen to look at. */
class Tty extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  readonly columns = COLUMNS;
  readonly rows = ROWS;
  /** Set, it takes what is written and says that it is busy. */
  busy = false;
  written = "";
  readonly #xterm = new headless.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true, convertEol: true });

  write(text: string, done?: () => void): boolean {
    this.written += text;
    this.#xterm.write(text);
    if (typeof done === "function") done();
    return !this.busy;
  }

  async screen(): Promise<string> {
    await new Promise<void>((done) => this.#xterm.write("", done));
    const { active } = this.#xterm.buffer;
    return Array.from({ length: ROWS }, (_, y) => active.getLine(y)?.translateToString(false)).join("\n");
  }
}

class Keyboard extends EventEmitter {
  readonly isTTY = true;
  setRawMode(): void {}
  setEncoding(): void {}
  ref(): void {}
  unref(): void {}
  read(): null {
    return null;
  }
}

function inkOn(stdout: NodeJS.WritableStream) {
  const view = (lines: readonly string[]) =>
    createElement(
      Transform,
      { transform: (_: string, row: number) => lines[row] ?? "" },
      createElement(Text, null, Array.from({ length: ROWS }, () => " ").join("\n")),
    );
  const options = { interactive: true, alternateScreen: true, patchConsole: false, maxFps: 1000 };
  const app = render(view([]), { ...options, stdout, stdin: new Keyboard() as unknown as NodeJS.ReadStream });
  return {
    show: async (lines: readonly string[]) => {
      app.rerender(view(lines));
      await app.waitUntilRenderFlush();
    },
    end: () => app.unmount(),
  };
}

const frame = (n: number): readonly string[] =>
  Array.from({ length: ROWS }, (_, row) => {
    const name = printable(
      ["worker", "磁盘 vda", "e\u0301te\u0301", "evil\u001b]8;;x\u0007\n", "हिन्दी ไทยำ", "👨‍👩‍👧 a"][row] ?? "",
    );
    const number = String((n * (row + 3)) % 977);
    const gap = " ".repeat(COLUMNS - textWidth(name) - number.length);
    return row === n % ROWS ? `\u001b[7m${name}${gap}${number}\u001b[0m` : `${name}\u001b[2m${gap}\u001b[0m${number}`;
  });

test("the screen is the same whether Ink writes to the terminal or only the differences do", async () => {
  const [plain, diffed] = [new Tty(), new Tty()];
  const stream = new FrameStream(diffed as unknown as WriteStream);
  const apps = [inkOn(plain as unknown as NodeJS.WritableStream), inkOn(stream)];
  for (let n = 0; n < 30; n++) {
    for (const app of apps) await app.show(frame(n));
    assert.equal(await diffed.screen(), await plain.screen(), `frame ${n}`);
  }
  assert.ok(diffed.written.length < plain.written.length / 2);
  for (const app of apps) app.end();
  assert.match(diffed.written, /\u001b\[\?1049l/, "the alternate screen is left");
  assert.equal(stream.isOnScreen, false);
});

test("a busy terminal gets the newest frame when it can take one, not all that came meanwhile", async () => {
  const tty = new Tty();
  const stream = new FrameStream(tty as unknown as WriteStream);
  tty.busy = true;
  stream.write("frame 0");
  const before = tty.written.length;
  for (let n = 1; n < 100; n++) stream.write(`frame ${n}`);
  assert.equal(tty.written.length, before);
  tty.busy = false;
  tty.emit("drain");
  assert.match(await tty.screen(), /^frame 99 /);
  assert.ok(tty.written.length < before + 60);
});

test("after a resize or a redraw every line is written anew", async () => {
  const tty = new Tty();
  const stream = new FrameStream(tty as unknown as WriteStream);
  stream.write("one\ntwo");
  tty.write("\u001b[Hscribble");
  stream.redraw();
  assert.match(await tty.screen(), /^one {27}\ntwo/);
});
