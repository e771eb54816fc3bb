import { sched } from "./cpu/sched.ts";
import type { Source } from "./source.ts";

/** Every source. Order matters only for reading: the BPF sources close together, /proc beside them. */
export const sources: readonly Source<unknown>[] = [sched];
