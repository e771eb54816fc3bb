/** Stacks as a file of https://www.speedscope.app. Pure. */
import { type WeighedStack, frameKey } from "../../panes/kit/stackTree.ts";

export interface StackProfile {
  readonly name: string;
  /** Weights in ns. */
  readonly stacks: readonly WeighedStack[];
}

interface SharedFrame {
  readonly name: string;
  readonly file?: string;
}

export interface SpeedscopeFile {
  readonly $schema: string;
  readonly name: string;
  readonly exporter: string;
  readonly activeProfileIndex: number;
  readonly shared: { readonly frames: readonly SharedFrame[] };
  readonly profiles: readonly {
    readonly type: "sampled";
    readonly name: string;
    readonly unit: "nanoseconds";
    readonly startValue: number;
    readonly endValue: number;
    readonly samples: readonly (readonly number[])[];
    readonly weights: readonly number[];
  }[];
}

/** All profiles share one list of frames; a frame's file is its module, the kernel's `[kernel]`. */
export function speedscopeOf(name: string, profiles: readonly StackProfile[]): SpeedscopeFile {
  const frames: SharedFrame[] = [];
  const indices = new Map<string, number>();
  const indexOf = (frame: WeighedStack["frames"][number]): number => {
    const key = frameKey(frame);
    const known = indices.get(key);
    if (known !== undefined) return known;
    const file = frame.module ?? (frame.kind === "kernel" ? "[kernel]" : undefined);
    indices.set(key, frames.length);
    frames.push({ name: frame.name, ...(file !== undefined && { file }) });
    return frames.length - 1;
  };
  const sampled = profiles.map(({ name, stacks }) => {
    const weights = stacks.map(({ weight }) => Math.round(weight));
    return {
      type: "sampled",
      name,
      unit: "nanoseconds",
      startValue: 0,
      endValue: weights.reduce((sum, weight) => sum + weight, 0),
      samples: stacks.map((stack) => stack.frames.map(indexOf)),
      weights,
    } as const;
  });
  return {
    $schema: "https://www.speedscope.app/file-format-schema.json",
    name,
    exporter: "bpftop",
    activeProfileIndex: 0,
    shared: { frames },
    profiles: sampled,
  };
}
