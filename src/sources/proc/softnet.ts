/** Packets between the network card and the stack, from /proc/net/softnet_stat. */
import { lines, words } from "./text.ts";

/** Since boot, all CPUs together. */
export interface Softnet {
  readonly packets: number;
  /** Packets thrown away because a CPU's input queue (net.core.netdev_max_backlog) was full. */
  readonly dropped: number;
  /** Times that a CPU ran out of its allowance with packets left to handle. */
  readonly squeezed: number;
}

/** One line per online CPU, in hexadecimal. Undefined where there is none. */
export function parseSoftnet(text: string): Softnet | undefined {
  const cpus = lines(text).map((line) => words(line).map((word) => Number.parseInt(word, 16)));
  if (cpus.length === 0) return undefined;
  const total = (column: number) => cpus.reduce((sum, cpu) => sum + (cpu[column] ?? 0), 0);
  return { packets: total(0), dropped: total(1), squeezed: total(2) };
}
