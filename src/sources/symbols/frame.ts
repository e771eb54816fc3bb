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
