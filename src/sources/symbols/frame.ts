/** One function on a stack, as far as it could be named. Plain JSON. */
export interface Frame {
  /** The function, or `module+0x1234`, or the bare address. Hostile text until painted. */
  readonly name: string;
  readonly kind: "kernel" | "user" | "jit";
  /** The kernel module or the file the code lies in: `libc.so.6`; undefined for the kernel itself and for JIT code. */
  readonly module: string | undefined;
  /** Why there is no function name: `stripped`, `JIT without a perf map`, `exited`; undefined where there is one. */
  readonly unresolved: string | undefined;
}

/** Code that a JIT compiler made, and has not written down: at all, or not yet. */
export function jitFrame(hasPerfMap: boolean): Frame {
  const unresolved = hasPerfMap ? "JIT, not in its perf map" : "JIT without a perf map";
  return { name: "[JIT]", kind: "jit", module: undefined, unresolved };
}

/** Whether it may have a name as soon as the JIT compiler has written more. */
export function awaitsPerfMap({ kind, unresolved }: Frame): boolean {
  return kind === "jit" && unresolved !== undefined;
}

/** Why the callers further out are not known. */
export const CUT_SHORT = {
  noFramePointers: "no frame pointers",
  tooDeep: "deeper than 127 functions",
  before: "it waited already when bpftop began to look",
} as const;

/** Stands in the place of callers that are not known. */
export function cutShort(reason: keyof typeof CUT_SHORT): Frame {
  const name = { noFramePointers: "[no frame pointers]", tooDeep: "[deeper]", before: "[waits since before]" }[reason];
  return { name, kind: "user", module: undefined, unresolved: CUT_SHORT[reason] };
}

export function isCutShort({ unresolved }: Frame): boolean {
  return Object.values(CUT_SHORT).some((reason) => reason === unresolved);
}

/** On a kernel stack, from the first of these inwards it is an interrupt, whatever it has hit. */
const INTERRUPT =
  /^(asm_|sysvec_|common_interrupt|handle_softirqs|__do_softirq|__?irq_exit|el1h_\d+_irq|call_on_irq_stack)/;

/** The part of a kernel stack, innermost first, that is an interrupt; undefined where it is none. */
export function interruptOf(kernel: readonly Frame[]): readonly Frame[] | undefined {
  const outermost = kernel.findLastIndex(({ name }) => INTERRUPT.test(name) && !/page_fault|exc_/.test(name));
  return outermost < 0 ? undefined : kernel.slice(0, outermost + 1);
}
