/** Large pictures, drawn by libraries that are loaded when the first is wanted. */
import type { Unit } from "../../sources/units.ts";
import type { Line } from "./line.ts";

export interface Charts {
  /** Values over time, the newest at the right; a gap where one was not measured. Undefined where there is nothing to draw. */
  readonly history: (
    values: readonly (number | undefined)[],
    unit: Unit,
    perSecond: boolean,
    width: number,
    height: number,
  ) => readonly Line[] | undefined;
  /** How full something is, 0-100. */
  readonly gauge: (percent: number, width: number) => readonly Line[];
}

export async function loadCharts(): Promise<Charts> {
  const [{ historyChart }, { gauge }] = await Promise.all([import("./historyChart.ts"), import("./gauge.ts")]);
  return { history: historyChart, gauge };
}
