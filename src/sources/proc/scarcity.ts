import type { ProcData } from "./data.ts";
import type { Scarce } from "./hogs.ts";
import type { Limit } from "./limits.ts";

/** From here on it is worth a pass over all processes to learn who holds the most; well before the USE summary warns. */
const AVAILABLE_BELOW = 0.15;
const STALLED_ABOVE = 0.01;
const LIMIT_ABOVE = 0.6;

/** What is running out, from one reading to the next. */
export class Scarcity {
  #stalled: { readonly at: number; readonly someUs: number } | undefined;

  /** @param at CLOCK_MONOTONIC of the reading, in ms. */
  of(data: ProcData, at: number): ReadonlySet<Scarce> {
    const scarce = new Set<Scarce>();
    if (this.#stalls(data, at) || isLow(data)) scarce.add("memory");
    if (isNear(data.limits.tasks)) scarce.add("tasks");
    if (isNear(data.limits.files)) scarce.add("files");
    return scarce;
  }

  #stalls(data: ProcData, at: number): boolean {
    const before = this.#stalled;
    const someUs = data.pressure?.memory.someUs;
    this.#stalled = someUs === undefined ? undefined : { at, someUs };
    if (someUs === undefined || before === undefined || at <= before.at) return false;
    return (someUs - before.someUs) / 1000 / (at - before.at) > STALLED_ABOVE;
  }
}

function isLow({ memory }: ProcData): boolean {
  return memory !== undefined && memory.availableBytes < memory.totalBytes * AVAILABLE_BELOW;
}

function isNear(limit: Limit | undefined): boolean {
  return limit !== undefined && limit.used > limit.max * LIMIT_ABOVE;
}
