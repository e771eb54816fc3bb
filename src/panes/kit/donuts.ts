/** How full several things are, drawn as rings by blessed-contrib. */
import process from "node:process";
import Donut from "blessed-contrib/lib/widget/donut.js";
import type { Line, Span, Style } from "./line.ts";
import { span } from "./line.ts";
import { printable } from "./text.ts";

export interface Fullness {
  readonly label: string;
  /** 0-100. */
  readonly percent: number;
}

export const DONUT_WIDTH = 22;
export const DONUT_HEIGHT = 10;
const LABEL_MOST = 12;
const RADIUS = 9;
const ARC = 3;

/** Side by side, each {@link DONUT_WIDTH} columns and {@link DONUT_HEIGHT} lines. */
export function donuts(all: readonly Fullness[]): readonly Line[] {
  const widget = new Donut({ radius: RADIUS, arcWidth: ARC, yPadding: 2, remainColor: "black" });
  widget.width = all.length * DONUT_WIDTH;
  widget.height = DONUT_HEIGHT + 2;
  // A share of up to 1.001 is taken for a fraction, so a percentage must not be given as one.
  const data = all.map(({ label, percent }) => ({
    label: printable(label).slice(0, LABEL_MOST),
    percent: Math.min(100, percent) / 100,
    color: "green",
  }));
  const frame = quietly(() => {
    // Its canvas exists from here on; there is no blessed screen to attach to.
    widget.emit("attach");
    widget.setData(data);
    return widget.ctx._canvas.frame();
  });
  return frame
    .split("\n")
    .map(spansOf)
    .slice(2, DONUT_HEIGHT + 2);
}

/** Its canvas calls `new Buffer`, whose deprecation nobody using bpftop can do anything about. */
function quietly<T>(draw: () => T): T {
  const before = process.noDeprecation;
  process.noDeprecation = true;
  try {
    return draw();
  } finally {
    process.noDeprecation = before ?? false;
  }
}

const COLOURS: Readonly<Record<string, Style>> = { "30": "dim", "32": "bar" };

/** Its colours become styles, so that the theme has the last word. */
function spansOf(text: string): Line {
  const spans: Span[] = [];
  let style: Style = "plain";
  for (const part of text.split(/(\u001b\[[0-9;]*m)/)) {
    const sgr = /^\u001b\[([0-9;]*)m$/.exec(part)?.[1];
    if (sgr !== undefined) style = COLOURS[sgr] ?? "plain";
    else if (part !== "") spans.push(span(printable(part), style));
  }
  return spans;
}
