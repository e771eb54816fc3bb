declare module "asciichart" {
  export interface PlotConfig {
    readonly height?: number;
    readonly min?: number;
    readonly max?: number;
    readonly offset?: number;
    readonly format?: (value: number, index: number) => string;
  }
  /** Throws on an empty series and on values that are not finite. */
  export function plot(series: readonly number[], config?: PlotConfig): string;
}

declare module "blessed-contrib/lib/widget/donut.js" {
  import type { EventEmitter } from "node:events";

  interface DonutOptions {
    readonly radius?: number;
    readonly arcWidth?: number;
    readonly yPadding?: number;
    readonly remainColor?: string;
  }

  interface DonutData {
    readonly label: string;
    /** A fraction; from 1.001 on it is taken for a percentage. */
    readonly percent: number;
    readonly color: string;
  }

  export default class Donut extends EventEmitter {
    constructor(options: DonutOptions);
    width: number;
    height: number;
    setData(data: readonly DonutData[]): void;
    /** There from the "attach" event on. */
    readonly ctx: { readonly _canvas: { frame(): string } };
  }
}
