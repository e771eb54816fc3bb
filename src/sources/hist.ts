/**
 * Log-linear histograms, as `bpf/lib/hist.h` fills them in the kernel: each power of two is cut into four equal
 * parts, so a value is known to within 25 % (12.5 % to the middle of its slot). Folded to powers of two to look at.
 */
export interface Hist {
  /** Events per slot, {@link HIST_SLOTS} of them; slot bounds from {@link slotLow}. */
  readonly slots: readonly number[];
  /** Sum of all values, in the histogram's unit. */
  readonly sum: number;
  /** Largest value ever recorded since attach; 0 where nothing was recorded. */
  readonly max: number;
  /** One slot a power of two was all there was: percentiles are known to within {@link COARSE_PERCENT} only. */
  readonly coarse?: true;
}

/** How far a percentile of a coarse histogram may be off. */
export const COARSE_PERCENT = 38;

/** Number of slots: values up to 2^41 - 1 (36 minutes in ns); larger ones land in the last. */
export const HIST_SLOTS = 160;

/** One power of two, for display: `low` inclusive, `high` exclusive, in the histogram's unit. */
export interface Log2Slot {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** Smallest value that lands in a slot. */
export function slotLow(slot: number): number {
  if (slot < 4) return slot;
  const power = Math.floor(slot / 4) + 1;
  return 2 ** power + (slot % 4) * 2 ** (power - 2);
}

export function emptyHist(): Hist {
  return { slots: new Array<number>(HIST_SLOTS).fill(0), sum: 0, max: 0 };
}

/** What was recorded between two readings of one cumulative histogram. */
export function subtract(newer: Hist, older: Hist): Hist {
  const slots = newer.slots.map((n, i) => n - (older.slots[i] ?? 0));
  return { slots, sum: newer.sum - older.sum, max: intervalMax(slots, newer.max, older.max) };
}

/** Several histograms of one quantity, such as one per CPU, taken together. */
export function sum(hists: readonly Hist[]): Hist {
  const slots = new Array<number>(HIST_SLOTS).fill(0);
  for (const hist of hists) {
    for (let slot = 0; slot < HIST_SLOTS; slot++) slots[slot] = (slots[slot] ?? 0) + (hist.slots[slot] ?? 0);
  }
  return {
    slots,
    sum: hists.reduce((total, hist) => total + hist.sum, 0),
    max: hists.reduce((max, hist) => Math.max(max, hist.max), 0),
  };
}

export function count(hist: Hist): number {
  return hist.slots.reduce((sum, n) => sum + n, 0);
}

/** The value below which a fraction `p` (0-1) of the events lies, to within 12.5 %; undefined where there are none. */
export function percentile(hist: Hist, p: number): number | undefined {
  const total = count(hist);
  if (total === 0) return undefined;
  const rank = Math.max(1, Math.ceil(p * total));
  let seen = 0;
  for (const [slot, n] of hist.slots.entries()) {
    seen += n;
    if (seen >= rank) return Math.min((slotLow(slot) + slotLow(slot + 1)) / 2, hist.max || Infinity);
  }
  return hist.max;
}

/** Folded to powers of two, from the first to the last that holds anything; empty where there are no events. */
export function toLog2(hist: Hist): readonly Log2Slot[] {
  const slots = folded(hist);
  // In a coarse histogram all that is shorter lies in the slot below this bound.
  return hist.coarse ? slots.map((slot) => (slot.high <= COARSE_UNIT_NS ? { ...slot, low: 0 } : slot)) : slots;
}

function folded(hist: Hist): readonly Log2Slot[] {
  const powers: Log2Slot[] = [];
  for (let power = -1; power <= HIST_SLOTS / 4; power++) {
    // Slots 0 (value 0), 1, 2-3 are narrower than a quarter of a power; from slot 4 on it is four slots a power.
    const [from, to] = power < 0 ? [0, 1] : power === 0 ? [1, 2] : power === 1 ? [2, 4] : [4 * power - 4, 4 * power];
    let n = 0;
    for (let slot = from; slot < to; slot++) n += hist.slots[slot] ?? 0;
    powers.push({ low: slotLow(from), high: slotLow(to), count: n });
  }
  const first = powers.findIndex((slot) => slot.count > 0);
  const last = powers.findLastIndex((slot) => slot.count > 0);
  return first < 0 ? [] : powers.slice(first, last + 1);
}

/** The exact maximum where this interval set a new record; otherwise the upper bound of its highest slot. */
function intervalMax(slots: readonly number[], newerMax: number, olderMax: number): number {
  if (newerMax > olderMax) return newerMax;
  const highest = slots.findLastIndex((n) => n > 0);
  return highest < 0 ? 0 : Math.min(slotLow(highest + 1) - 1, newerMax);
}

/** Lower bound of the second coarse slot; each further one begins at twice the one before. */
export const COARSE_UNIT_NS = 1024;

/**
 * The coarse histograms that a process has of its own (`COARSE_SLOTS` in bpf/cpu/sched.bpf.c): one slot a power of two,
 * the first for all below a microsecond. From the first to the last that holds anything; in ns.
 */
export function coarseSlots(slots: readonly number[]): readonly Log2Slot[] {
  const bounds = (slot: number) => (slot === 0 ? 0 : COARSE_UNIT_NS * 2 ** (slot - 1));
  const all = slots.map((n, slot) => ({ low: bounds(slot), high: bounds(slot + 1), count: n }));
  const first = all.findIndex((slot) => slot.count > 0);
  return first < 0 ? [] : all.slice(first, all.findLastIndex((slot) => slot.count > 0) + 1);
}

/** How many events of a coarse histogram lie in a slot of the machine-wide one; below a microsecond they are all one. */
export function coarseCount(slots: readonly number[], { low }: Log2Slot): number {
  return slots[low < COARSE_UNIT_NS ? 0 : Math.round(Math.log2(low / COARSE_UNIT_NS)) + 1] ?? 0;
}

/**
 * What was recorded in a coarse histogram between two readings, as one of the usual kind. `newerMax` and `olderMax` are
 * the largest values since attach that were measured beside it: no value of the interval was larger.
 */
export function coarseHist(slots: readonly number[], sum: number, newerMax: number, olderMax: number): Hist {
  const fine = new Array<number>(HIST_SLOTS).fill(0);
  let highest = 0;
  for (const { low, high, count: n } of coarseSlots(slots)) {
    if (n === 0) continue;
    // The second quarter of a power of two: its middle is 1.375 times the lower bound, as far from both bounds as can be.
    const power = low === 0 ? Math.log2(COARSE_UNIT_NS) - 1 : Math.log2(low);
    fine[Math.min((power - 1) * 4 + 1, HIST_SLOTS - 1)] = n;
    highest = high - 1;
  }
  const max = newerMax > olderMax ? newerMax : Math.min(highest, newerMax);
  return { slots: fine, sum, max, coarse: true };
}
