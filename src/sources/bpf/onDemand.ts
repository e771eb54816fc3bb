/** Sources that cost too much to be always on, and look at one thing at a time. */
import type { Snapshot, Source } from "../source.ts";
import { type BpfSourceDeclaration, bpfSource } from "./source.ts";

/** A source that has to be told what to look at before it can be attached. */
export interface FocusedSource<S, F> extends Source<S> {
  /** Takes effect at once where the source is attached: everything counted so far is let go. */
  focus(on: F): Promise<void>;
}

/** A {@link FocusedSource} whose BPF object is loaded anew for each thing it looks at. */
export function focusedSource<S, F>(id: string, nothing: F, declare: (focus: F) => BpfSourceDeclaration<S>): FocusedSource<S, F> {
  let inner = bpfSource(declare(nothing));
  let attached = false;
  return {
    id,
    async focus(on) {
      inner.detach();
      inner = bpfSource(declare(on));
      if (attached) await inner.attach();
    },
    processes: (data) => inner.processes?.(data) ?? [],
    attach() {
      attached = true;
      return inner.attach();
    },
    read: (): Snapshot<S> => inner.read(),
    detach() {
      attached = false;
      inner.detach();
    },
  };
}
