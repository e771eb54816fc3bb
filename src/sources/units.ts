/**
 * What a number counts. Names carry the unit (`readBytes`, `latencyNs`); this says how to show it.
 * `percent` is 0-100 of the resource. Rates are not units: a column or metric says `perSecond` beside its unit.
 */
export type Unit = "ns" | "bytes" | "count" | "percent" | "packets" | "operations" | "text";

/** How a number came about; the screen and the JSON can say which. */
export type Quality = "measured" | "sampled" | "estimated";
