import type { ProcData } from "../../sources/proc/data.ts";
import type { Window } from "../../sources/source.ts";
import { type Inputs, increaseOf, percentOf, rateOf } from "./inputs.ts";
import type { UseRow } from "./report.ts";
import { type Reading, counted, rowOf, spoken } from "./row.ts";
import { suspectsBy } from "./suspects.ts";
import { judge, thresholds } from "./thresholds.ts";

export function memoryRow({ proc }: Inputs): UseRow {
  const levels = proc?.newer.memory;
  return rowOf({
    resource: "memory",
    instance: "",
    utilization: used(proc),
    saturation: [...stalls(proc), ...swapping(proc)],
    errors: errors(proc),
    suspects: () => suspectsBy(proc?.newer.hogs.memory ?? [], (hog) => hog.held, "of memory", levels?.totalBytes),
    pane: "memtop",
    called: { saturation: "short", utilization: "nearly full", errors: "failing" },
  });
}

function used(proc: Window<ProcData> | undefined): readonly Reading[] {
  const levels = proc?.newer.memory;
  const usedPercent = levels && percentOf(levels.totalBytes - levels.availableBytes, levels.totalBytes);
  const reading: Reading = {
    label: "used",
    id: "usedPercent",
    value: usedPercent,
    unit: "percent",
    severity: judge(usedPercent, thresholds.memoryUsedPercent),
    words: `${spoken(usedPercent, "percent")} used, ${spoken(levels?.availableBytes, "bytes")} available`,
  };
  // Without swap there is nothing to fill.
  if (levels === undefined || levels.swapTotalBytes === 0) return [reading];
  const swapUsed = percentOf(levels.swapTotalBytes - levels.swapFreeBytes, levels.swapTotalBytes);
  const severity = judge(swapUsed, thresholds.swapUsedPercent);
  return [reading, { label: "swap used", id: "swapUsedPercent", value: swapUsed, unit: "percent", severity }];
}

function stalls(proc: Window<ProcData> | undefined): readonly Reading[] {
  const percent = (of: (data: ProcData) => number | undefined) =>
    proc && percentOf(increaseOf(proc, of), proc.seconds * 1e6);
  const some = percent((data) => data.pressure?.memory.someUs);
  const full = percent((data) => data.pressure?.memory.fullUs);
  return [
    {
      label: "stalled",
      id: "someStalledPercent",
      value: some,
      unit: "percent",
      severity: judge(some, thresholds.memorySomeStalledPercent),
      words: `some task waits for memory ${spoken(some, "percent")} of the time`,
    },
    {
      label: "all stalled",
      id: "fullStalledPercent",
      value: full,
      unit: "percent",
      severity: judge(full, thresholds.memoryFullStalledPercent),
      words: `all tasks wait for memory ${spoken(full, "percent")} of the time`,
    },
  ];
}

function swapping(proc: Window<ProcData> | undefined): readonly Reading[] {
  const swapIn = rateOf(proc, (data) => data.reclaim?.swapInBytes);
  const swapOut = rateOf(proc, (data) => data.reclaim?.swapOutBytes);
  const reclaims = rateOf(proc, (data) => data.reclaim?.directReclaims);
  return [
    {
      label: "swap in",
      id: "swapInBytesPerSecond",
      value: swapIn,
      unit: "bytes",
      perSecond: true,
      severity: judge(swapIn, thresholds.swapInBytesPerSecond),
    },
    {
      label: "swap out",
      id: "swapOutBytesPerSecond",
      value: swapOut,
      unit: "bytes",
      perSecond: true,
      severity: judge(swapOut, thresholds.swapOutBytesPerSecond),
    },
    {
      label: "direct reclaim",
      id: "directReclaimsPerSecond",
      value: reclaims,
      unit: "count",
      perSecond: true,
      severity: judge(reclaims, thresholds.directReclaimsPerSecond),
    },
  ];
}

function errors(proc: Window<ProcData> | undefined): readonly Reading[] {
  const kills = increaseOf(proc, (data) => data.reclaim?.oomKills);
  const readings: Reading[] = [
    {
      label: "OOM kills",
      id: "oomKillsCount",
      value: kills,
      unit: "count",
      severity: judge(kills, thresholds.oomKills),
      words: counted(kills ?? 0, "OOM kill"),
    },
  ];
  // Only machines with ECC memory and a driver for it tell.
  for (const { label, id, of, threshold } of ECC) {
    const errors = increaseOf(proc, of);
    if (errors !== undefined)
      readings.push({ label, id, value: errors, unit: "count", severity: judge(errors, threshold) });
  }
  return readings;
}

const ECC = [
  {
    label: "ECC uncorrected",
    id: "uncorrectedErrorsCount",
    of: (data: ProcData) => data.hardware?.uncorrectedMemoryErrors,
    threshold: thresholds.uncorrectedMemoryErrors,
  },
  {
    label: "ECC corrected",
    id: "correctedErrorsCount",
    of: (data: ProcData) => data.hardware?.correctedMemoryErrors,
    threshold: thresholds.correctedMemoryErrors,
  },
] as const;
