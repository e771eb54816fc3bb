/** Sources that cost too much to be always on, and look at one thing at a time. */
import type { Focus, Snapshot, Source } from "../source.ts";
import { type BpfSourceDeclaration, bpfSource } from "./source.ts";

/** Not a round number, so that what happens a hundred times a second is not always or never met. */
const DEFAULT_HZ = 49;

/** A source that has to be told what to look at before it can be attached. */
export interface FocusedSource<S> extends Source<S> {
  focus(on: Focus): Promise<void>;
}

/** A {@link FocusedSource} whose BPF object is loaded anew for each thing it looks at. */
export function focusedSource<S>(id: string, declare: (focus: Focus) => BpfSourceDeclaration<S>): FocusedSource<S> {
  let inner = bpfSource(declare({ pid: undefined, hz: DEFAULT_HZ }));
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
    leftOut: () => inner.leftOut?.() ?? [],
    detach() {
      attached = false;
      inner.detach();
    },
  };
}
