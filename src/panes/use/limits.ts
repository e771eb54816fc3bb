import type { Hog } from "../../sources/proc/hogs.ts";
import type { Limit } from "../../sources/proc/limits.ts";
import { type Inputs, percentOf } from "./inputs.ts";
import type { UseRow } from "./report.ts";
import { rowOf, spoken } from "./row.ts";
import { suspectsBy } from "./suspects.ts";
import { judge, thresholds } from "./thresholds.ts";

/** The limits of the whole machine: tasks, open files, and tracked connections where there are any. */
export function limitRows({ proc }: Inputs): readonly UseRow[] {
  const limits = proc?.newer.limits;
  const hogs = proc?.newer.hogs;
  const conntrack = limits?.conntrack;
  return [
    ...(conntrack === undefined ? [] : [limitRow("conntrack", conntrack, "connections", [])]),
    limitRow("files", limits?.files, "open files", hogs?.files ?? []),
    limitRow("tasks", limits?.tasks, "tasks", hogs?.tasks ?? []),
  ];
}

function limitRow(instance: string, limit: Limit | undefined, what: string, hogs: readonly Hog[]): UseRow {
  const percent = percentOf(limit?.used, limit?.max);
  return rowOf({
    resource: "limits",
    instance,
    utilization: [
      {
        label: "used",
        id: "usedPercent",
        value: percent,
        unit: "percent",
        severity: judge(percent, thresholds.limitUsedPercent),
        words: `${spoken(limit?.used, "count")} of ${spoken(limit?.max, "count")} ${what}`,
      },
      {
        label: what,
        id: "usedCount",
        value: limit?.used,
        unit: "count",
        severity: limit === undefined ? "unknown" : "ok",
      },
    ],
    // At a limit nobody waits: fork, open and connect fail at once, and the kernel does not count it.
    saturation: [],
    errors: [],
    suspects: () => suspectsBy(hogs, (hog) => hog.held, `of ${what}`, limit?.used),
    pane: undefined,
    called: { utilization: "nearly used up" },
  });
}
