import { offcpu } from "./cpu/offcpu.ts";
import { prof } from "./cpu/prof.ts";
import { sched } from "./cpu/sched.ts";
import { block } from "./disk/block.ts";
import { file } from "./fs/file.ts";
import { softirq } from "./irq/softirq.ts";
import { sock } from "./net/sock.ts";
import { io } from "./proc/io.ts";
import { processSource } from "./proc/process.ts";
import { proc } from "./proc/system.ts";
import { tasks } from "./proc/tasks.ts";
import type { Source } from "./source.ts";
import { sys } from "./sys/sys.ts";

/** Every source, the BPF sources close together. `sched` is last to name a process: it alone follows it through exec. */
export const sources: readonly Source<unknown>[] = [
  proc,
  block,
  sock,
  file,
  softirq,
  prof,
  offcpu,
  sys,
  processSource,
  tasks,
  io,
  sched,
];
