/** Pictures drawn by libraries that are loaded when the first is wanted. */
import type { Unit } from "../../sources/units.ts";
import type { Line } from "./line.ts";

export interface Charts {
  /** Values over time, the newest at the right. Undefined where there is nothing to draw, or no room. */
  readonly history: (
    values: readonly (number | undefined)[],
    unit: Unit,
    perSecond: boolean,
    width: number,
    height: number,
  ) => readonly Line[] | undefined;
  /** How full things are, side by side. */
  readonly donuts: (all: readonly { readonly label: string; readonly percent: number }[]) => readonly Line[];
  readonly donutSize: { readonly width: number; readonly height: number };
  /** A framed table that stands still. Undefined where it is wider than the screen. */
  readonly table: (rows: readonly Readonly<Record<string, string>>[], width: number) => readonly Line[] | undefined;
}

export async function loadCharts(): Promise<Charts> {
  const [{ historyChart }, { DONUT_HEIGHT, DONUT_WIDTH, donuts }, { stillTable }] = await Promise.all([
    import("./historyChart.ts"),
    import("./donuts.ts"),
    import("./stillTable.tsx"),
  ]);
  return { history: historyChart, donuts, donutSize: { width: DONUT_WIDTH, height: DONUT_HEIGHT }, table: stillTable };
}
