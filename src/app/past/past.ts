/** The frames of the last minutes, to go back to. */
import type { UseReport } from "../../panes/use/report.ts";
import type { Frame } from "../feed.ts";
import { type History, KEPT, type MetricValues, historyOf, metricValues } from "../history.ts";
import { type View, viewOf } from "../view.ts";
import { NamesThen } from "./names.ts";
import { type Packed, Reference, type Snapshots, pack, packedBytes, unpack } from "./pack.ts";

/** How much past there is. */
export interface Extent {
  readonly frames: number;
  /** From the oldest frame to the newest. */
  readonly ms: number;
  /** Of memory; frames too new to be packed are counted as the last that was. */
  readonly bytes: number;
}

export interface PastLimits {
  readonly ms: number;
  readonly bytes: number;
}

/** A frame and what was before it, as it was looked at then. */
export interface Instant {
  readonly view: View;
  readonly history: History;
}

/** Where to: one frame further, or so much time. */
export type Leap = { readonly frames: 1 | -1 } | { readonly ms: number };

export const PAST_LIMITS: PastLimits = { ms: 10 * 60_000, bytes: 32 << 20 };
/** The newest frames stay as they are: they are what one goes back to first. */
const UNPACKED = 4;
/** So many frames in a row are told from the first of them. */
const TOLD_FROM_ONE = 16;
/** Where packing is too slow for the frames that come, the oldest that wait are left out. */
const MOST_WAITING = 16;

interface Entry {
  readonly at: number;
  readonly wallMs: number;
  readonly host: string;
  /** Undefined for a frame that had no window. */
  readonly metrics: MetricValues | undefined;
  content: { readonly snapshots: Snapshots } | PackedContent;
}

interface PackedContent {
  /** What is not in the whole frame; undefined where it is that frame. */
  readonly difference: Packed | undefined;
  readonly from: WholeFrame;
}

/** Stays as long as a frame that is told from it. */
interface WholeFrame {
  readonly packed: Packed;
  readonly bytes: number;
  users: number;
  /** While somebody goes back and forth among its frames, it need not be unpacked for each. */
  opened: WeakRef<Snapshots> | undefined;
}

/**
 * Bounded in time and in memory. Counts are cumulative, so a frame that is left out costs detail, not events: where
 * memory runs out, older frames come to stand further apart, and the whole time stays in reach.
 */
export class Past {
  readonly #limits: PastLimits;
  readonly #names = new NamesThen();
  #entries: Entry[] = [];
  #bytes = 0;
  #typicalBytes = 0;
  #packing: Promise<void> | undefined;
  /** What the next frames are told from. */
  #whole: { readonly frame: WholeFrame; readonly reference: Reference; frames: number } | undefined;

  constructor(limits: PastLimits = PAST_LIMITS) {
    this.#limits = limits;
  }

  /** A new frame; `use` is its summary, where it had a window. */
  keep({ at, wallMs, host, snapshots, names }: Frame, use: UseReport | undefined): void {
    const metrics = use === undefined ? undefined : metricValues(use);
    this.#entries.push({ at, wallMs, host, metrics, content: { snapshots } });
    this.#names.keep(names, at);
    this.#dropOld(at - this.#limits.ms);
    const waiting = this.#entries.filter(({ content }) => "snapshots" in content);
    if (waiting.length > MOST_WAITING) this.#drop(waiting[0]);
    this.#packing ??= this.#packOlder().finally(() => {
      this.#packing = undefined;
    });
  }

  /** Resolves when all that is to be packed now is packed. */
  async settled(): Promise<void> {
    await this.#packing;
  }

  get extent(): Extent {
    const unpacked = this.#entries.filter(({ content }) => "snapshots" in content).length;
    return {
      frames: this.#entries.length,
      ms: (this.#entries.at(-1)?.at ?? 0) - (this.#entries[0]?.at ?? 0),
      bytes: this.#bytes + unpacked * this.#typicalBytes + this.#names.bytes,
    };
  }

  /** The instant that lies so far from that of a frame; the oldest or newest where there is none so far. */
  leap(fromMs: number, leap: Leap): Instant | undefined {
    const last = this.#entries.length - 1;
    // The oldest frame has none before it, so nothing in it was measured over time.
    if (last < 1) return undefined;
    const index = "frames" in leap ? this.#beside(fromMs, leap.frames) : this.#nearest(fromMs + leap.ms);
    return this.#instant(Math.max(1, Math.min(last, index)));
  }

  #beside(fromMs: number, by: 1 | -1): number {
    if (by < 0) return this.#entries.findLastIndex(({ at }) => at < fromMs);
    const index = this.#entries.findIndex(({ at }) => at > fromMs);
    return index < 0 ? this.#entries.length : index;
  }

  #nearest(ms: number): number {
    let best = 0;
    for (const [i, { at }] of this.#entries.entries()) {
      if (Math.abs(at - ms) < Math.abs((this.#entries[best]?.at ?? 0) - ms)) best = i;
    }
    return best;
  }

  #instant(index: number): Instant | undefined {
    const [older, newer] = [this.#entries[index - 1], this.#entries[index]];
    if (older === undefined || newer === undefined) return undefined;
    const before = this.#entries.slice(Math.max(0, index + 1 - KEPT), index + 1);
    return {
      view: viewOf(this.#frame(older), this.#frame(newer)),
      history: historyOf(before.map(({ metrics }) => metrics)),
    };
  }

  #frame({ at, wallMs, host, content }: Entry): Frame {
    const snapshots = "snapshots" in content ? content.snapshots : unpacked(content);
    return { at, wallMs, host, snapshots, names: this.#names.at(at) };
  }

  async #packOlder(): Promise<void> {
    for (;;) {
      const entry = this.#entries.slice(0, -UNPACKED).find(({ content }) => "snapshots" in content);
      if (entry === undefined || !("snapshots" in entry.content)) return;
      const content = await this.#pack(entry.content.snapshots);
      // It may have been dropped meanwhile.
      if (this.#entries.includes(entry)) {
        entry.content = content;
        this.#bytes += ownBytes(content) + (content.from.users++ === 0 ? content.from.bytes : 0);
      }
      this.#thin();
    }
  }

  async #pack(snapshots: Snapshots): Promise<PackedContent> {
    const whole = this.#whole;
    if (whole !== undefined && whole.frames < TOLD_FROM_ONE) {
      whole.frames++;
      const difference = await pack(snapshots, whole.reference);
      this.#typicalBytes = packedBytes(difference);
      return { difference, from: whole.frame };
    }
    const packed = await pack(snapshots);
    const frame = { packed, bytes: packedBytes(packed), users: 0, opened: undefined };
    this.#whole = { frame, reference: new Reference(snapshots), frames: 1 };
    return { difference: undefined, from: frame };
  }

  #dropOld(before: number): void {
    const kept = this.#entries.findIndex(({ at }) => at >= before);
    for (const entry of this.#entries.slice(0, Math.max(0, kept))) this.#drop(entry);
    if (kept > 0) this.#names.forget(this.#entries[0]?.at ?? before);
  }

  /** The frame that is missed least goes: one whose neighbours are near each other for its age. */
  #thin(): void {
    const newest = this.#entries.at(-1)?.at ?? 0;
    while (this.#bytes > this.#limits.bytes) {
      let least: Entry | undefined;
      let leastLoss = Infinity;
      for (const [i, entry] of this.#entries.entries()) {
        if ("snapshots" in entry.content) continue;
        const gap = (this.#entries[i + 1]?.at ?? newest) - (this.#entries[i - 1]?.at ?? entry.at - this.#limits.ms);
        const loss = gap / (newest - entry.at + 1);
        if (loss >= leastLoss) continue;
        [least, leastLoss] = [entry, loss];
      }
      if (least === undefined) return;
      this.#drop(least);
    }
  }

  #drop(entry: Entry | undefined): void {
    const index = entry === undefined ? -1 : this.#entries.indexOf(entry);
    if (entry === undefined || index < 0) return;
    this.#entries.splice(index, 1);
    if ("snapshots" in entry.content) return;
    const { from } = entry.content;
    this.#bytes -= ownBytes(entry.content) + (--from.users === 0 ? from.bytes : 0);
  }
}

const ownBytes = ({ difference }: PackedContent) => (difference === undefined ? 0 : packedBytes(difference));

function unpacked({ difference, from }: PackedContent): Snapshots {
  let whole = from.opened?.deref();
  if (whole === undefined) {
    whole = unpack(from.packed);
    from.opened = new WeakRef(whole);
  }
  return difference === undefined ? whole : unpack(difference, whole);
}
