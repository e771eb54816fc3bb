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
