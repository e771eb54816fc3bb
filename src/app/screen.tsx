/** The full-screen program: joins the state, Ink and the terminal, and gives the terminal back whatever happens. */
import process from "node:process";
import { render, useApp } from "ink";
import { loadCharts } from "../panes/kit/charts.ts";
import type { AnyPane } from "../panes/pane.ts";
import { App } from "./App.tsx";
import { exportsOf } from "./export/exports.ts";
import { screenText } from "./export/screenText.ts";
import { writeExports } from "./export/writeFiles.ts";
import type { Feed } from "./feed.ts";
import { actionFor } from "./keymap.ts";
import { whereOf } from "./nav.ts";
import { initialState, placeOf } from "./state.ts";
import { Store } from "./store.ts";
import { clipboardWay, copyMessage, osc52 } from "./terminal/clipboard.ts";
import { type Ending, crashMessage, watchExits } from "./terminal/exits.ts";
import { FrameStream } from "./terminal/frameStream.ts";
import { holdOutput } from "./terminal/heldOutput.ts";
import { restoreOnExit, restoreTerminal } from "./terminal/restore.ts";
import { stopJob } from "./terminal/suspend.ts";
import { paint, themeFor } from "./theme.ts";
import { screenLines } from "./ui/compose.ts";

export interface ScreenOptions {
  /** Left open: whoever made it closes it. */
  readonly feed: Feed;
  /** The panes of the overview. */
  readonly panes: readonly AnyPane[];
  /** Every pane that has a name to call it by. */
  readonly tools: readonly AnyPane[];
  /** The pane that fills the screen at first; undefined opens the overview. */
  readonly startPane: AnyPane | undefined;
  readonly intervalMs: number;
  /** What is looked at, for the header: the kernel, or a recording's name. */
  readonly label?: string;
}

/**
 * Shows the screen until the user or a signal ends it. Resolves with the exit code: 0 after q or Ctrl-C, 128 + n
 * after signal n, 1 after a bug, which is then printed. Ask `terminalProblem()` first.
 */
export async function runScreen(options: ScreenOptions): Promise<number> {
  const { feed, panes, tools, startPane, intervalMs, label = "" } = options;
  const terminal = new FrameStream(process.stdout);
  const size = () => ({ columns: terminal.columns, rows: terminal.rows });
  const theme = themeFor(process.env);
  const store: Store = new Store({
    feed,
    state: initialState({ size: size(), panes, tools, intervalMs, startPane }),
    draw: (state) => screenLines(state, label).map((line) => paint(line, theme)),
    onAsk: (ask, state) => {
      const say = (text: string) => store.dispatch({ kind: "message", text });
      if (ask.kind === "export") say(writeExports(exportsOf(state, label)));
      if (ask.kind === "copy") void copy(screenText(state, label), terminal).then(say);
      if (ask.kind === "quit") leave();
    },
  });

  const unmind = restoreOnExit(() => terminal.isOnScreen);
  const giveBackOutput = holdOutput();
  let ending: Ending = { exitCode: 0, message: undefined };
  let leave = () => {};
  const unwatch = watchExits((how) => {
    ending = how;
    leave();
  });
  // The state has the new size before Ink asks for a frame of it, so that no frame is drawn in the old one.
  const onResize = () => {
    store.dispatch({ kind: "resize", size: size() });
    terminal.resized();
  };
  process.stdout.on("resize", onResize);

  try {
    const app = render(<Screen store={store} terminal={terminal} />, {
      stdout: terminal,
      stdin: process.stdin,
      alternateScreen: true,
      interactive: true,
      exitOnCtrlC: false,
      patchConsole: false,
    });
    leave = () => app.unmount();
    store.start();
    // A signal may have come while Ink was starting.
    if (ending.exitCode !== 0) leave();
    await app.waitUntilExit();
  } catch (error) {
    ending = { exitCode: 1, message: crashMessage(error) };
  } finally {
    store.stop();
    process.stdout.off("resize", onResize);
    unwatch();
    restoreTerminal(terminal.isOnScreen);
    unmind();
    // Where Ink broke down it may not have let go of the keyboard, which would keep the process alive.
    process.stdin.removeAllListeners("readable").pause().unref();
    const held = giveBackOutput();
    if (held !== "") process.stderr.write(held);
    if (ending.message !== undefined) process.stderr.write(`${ending.message}\n`);
  }
  return ending.exitCode;
}

/** Resolves with what there is to say about it. */
async function copy(text: string, terminal: FrameStream): Promise<string> {
  const way = await clipboardWay(process.env);
  const copied = osc52(text, way);
  if (way !== "refused") terminal.send(copied.sequence);
  return copyMessage(copied, way);
}

interface ScreenProps {
  readonly store: Store;
  readonly terminal: FrameStream;
}

/** What keys do that is not a change of state happens here. */
function Screen({ store, terminal }: ScreenProps) {
  const { exit, suspendTerminal } = useApp();
  const onKey = (key: string) => {
    switch (actionFor(key, whereOf(store.state))) {
      case "quit":
        return exit();
      case "redraw":
        return terminal.redraw();
      case "suspend":
        return void suspendTerminal(stopJob);
      default:
        store.dispatch({ kind: "key", key });
        wantCharts(store);
    }
  };
  return <App store={store} onKey={onKey} />;
}

/** The chart libraries are loaded when the first chart is to be drawn. */
function wantCharts(store: Store): void {
  const state = store.state;
  const { kind } = placeOf(state);
  if ((kind !== "use" && kind !== "help") || state.charts !== undefined) return;
  void loadCharts().then((charts) => store.dispatch({ kind: "charts", charts }));
}
