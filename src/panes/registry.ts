import { cpudist } from "./cpu/cpudist.ts";
import { runqlat } from "./cpu/runqlat.ts";
import { top } from "./cpu/top.ts";
import { biotop } from "./disk/biotop.ts";
import { filetop } from "./fs/filetop.ts";
import { softirqs } from "./irq/softirqs.ts";
import { memtop } from "./mem/memtop.ts";
import { tcptop } from "./net/tcptop.ts";
import type { AnyPane } from "./pane.ts";
import { syscalls } from "./process/syscalls.ts";
import { threads } from "./process/threads.ts";

/** The tools of the first screen, in its order and that of the number keys. */
export const overviewPanes: readonly AnyPane[] = [biotop, tcptop, filetop, runqlat, cpudist, softirqs];

/** Every tool that has a name to call it by. */
export const panes: readonly AnyPane[] = [...overviewPanes, top, memtop];

/** What the process screen shows, narrowed to its process where a pane is not about it anyway. */
export const panesOfProcess: readonly AnyPane[] = [threads, syscalls, runqlat, cpudist, filetop, biotop, tcptop];
