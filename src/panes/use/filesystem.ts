import type { Filesystem } from "../../sources/proc/filesystems.ts";
import { type Inputs, increase, percentOf } from "./inputs.ts";
import type { UseRow } from "./report.ts";
import { type Reading, counted, rowOf, spoken } from "./row.ts";
import { AMPLE_BYTES, isTrouble, judge, milder, thresholds } from "./thresholds.ts";

/** One row for each filesystem on a disk; a tmpfs is memory and shows once it fills. */
export function filesystemRows({ proc }: Inputs): readonly UseRow[] {
  const before = new Map(proc?.older.filesystems?.map((filesystem) => [filesystem.mount, filesystem]));
  return (proc?.newer.filesystems ?? [])
    .map((filesystem) => ({ filesystem, row: filesystemRow(filesystem, before.get(filesystem.mount)) }))
    .filter(({ filesystem, row }) => filesystem.type !== "tmpfs" || isTrouble(row.severity))
    .map(({ row }) => row);
}

function filesystemRow(filesystem: Filesystem, before: Filesystem | undefined): UseRow {
  return rowOf({
    resource: "filesystem",
    instance: filesystem.mount,
    utilization: [capacity(filesystem), ...inodes(filesystem)],
    // A full filesystem makes nobody wait: writes fail at once.
    saturation: [],
    errors: errors(filesystem, before),
    pane: undefined,
    called: { errors: "damaged" },
  });
}

/** As df(1) has it: of what others than root may use. */
function capacity({ totalBytes, freeBytes, availableBytes }: Filesystem): Reading {
  const usedBytes = totalBytes - freeBytes;
  const percent = percentOf(usedBytes, usedBytes + availableBytes);
  const severity = judge(percent, thresholds.filesystemUsedPercent);
  return {
    label: "used",
    id: "usedPercent",
    value: percent,
    unit: "percent",
    severity: availableBytes > AMPLE_BYTES ? milder(severity) : severity,
    words: `${spoken(percent, "percent")} used, ${spoken(availableBytes, "bytes")} left`,
  };
}

function inodes({ inodes, freeInodes }: Filesystem): readonly Reading[] {
  if (inodes === undefined || freeInodes === undefined) return [];
  const percent = percentOf(inodes - freeInodes, inodes);
  return [
    {
      label: "inodes",
      id: "inodesUsedPercent",
      value: percent,
      unit: "percent",
      severity: judge(percent, thresholds.inodesUsedPercent),
      words: `${spoken(percent, "percent")} of inodes used`,
    },
  ];
}

/** Only ext4 counts them. */
function errors({ errors }: Filesystem, before: Filesystem | undefined): readonly Reading[] {
  if (errors === undefined) return [];
  const fresh = increase(errors, before?.errors);
  const severity = fresh ? judge(fresh, thresholds.newFilesystemErrors) : judge(errors, thresholds.filesystemErrors);
  return [
    {
      label: "errors",
      id: "errorsCount",
      value: errors,
      unit: "count",
      severity,
      words: fresh
        ? `${counted(fresh, "new error")} in the filesystem`
        : `${counted(errors, "error")} since the last fsck`,
    },
  ];
}
