import type { Window } from "../../sources/source.ts";
import { cpuRow } from "./cpu.ts";
import { diskRows } from "./disk.ts";
import { filesystemRows } from "./filesystem.ts";
import { inputsOf } from "./inputs.ts";
import { limitRows } from "./limits.ts";
import { memoryRow } from "./memory.ts";
import { networkRows } from "./network.ts";
import type { UseReport } from "./report.ts";
import { tcpRow } from "./tcp.ts";
import { verdictOf } from "./verdict.ts";

/** The USE summary from whatever sources have a window: what is missing is unknown, never ok. Pure. */
export function buildUseReport(window: (source: string) => Window<unknown> | undefined): UseReport {
  const inputs = inputsOf(window);
  const rows = [
    cpuRow(inputs),
    memoryRow(inputs),
    ...diskRows(inputs),
    ...networkRows(inputs),
    tcpRow(inputs),
    ...filesystemRows(inputs),
    ...limitRows(inputs),
  ];
  return { rows, verdict: verdictOf(rows) };
}

/** Ids of the sources that the summary is made from. The sock source names suspects where it is attached for another reason. */
export const useSources: readonly string[] = ["proc", "sched", "block"];

/** What names suspects of the CPU where `sched` has failed. */
export const useSourceOtherwise = { of: "sched", source: "tasks" } as const;
