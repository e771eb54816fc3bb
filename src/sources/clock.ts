/** CLOCK_MONOTONIC in ms, with fraction: the clock that BPF programs read, so that snapshots and events compare. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
