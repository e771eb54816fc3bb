import { cpudist } from "./cpu/cpudist.ts";
import { runqlat } from "./cpu/runqlat.ts";
import { biotop } from "./disk/biotop.ts";
import { filetop } from "./fs/filetop.ts";
import { softirqs } from "./irq/softirqs.ts";
import { tcptop } from "./net/tcptop.ts";
import type { AnyPane } from "./pane.ts";
import { threads } from "./process/threads.ts";

/** Every tool, in the order of the screen and the number keys. */
export const panes: readonly AnyPane[] = [biotop, tcptop, filetop, runqlat, cpudist, softirqs];

/** What the process screen shows, narrowed to its process where a pane is not about it anyway. */
export const panesOfProcess: readonly AnyPane[] = [threads, filetop, biotop, tcptop];
