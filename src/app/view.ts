import { buildUseReport } from "../panes/use/build.ts";
import type { UseReport } from "../panes/use/report.ts";
import { type ProcessId, type ProcessName, processKey } from "../sources/process.ts";
import { type Window, windowOf } from "../sources/source.ts";
import type { Frame } from "./feed.ts";

/** Two frames made ready to look at: what the screen and `--json` both show. Pure. */
export interface View {
  readonly frame: Frame;
  /** Seconds between the two frames; undefined for the first frame. */
  readonly seconds: number | undefined;
  /** By source id; undefined where that source has no window yet. */
  readonly window: (source: string) => Window<unknown> | undefined;
  readonly use: UseReport;
  readonly nameOf: (process: ProcessId) => ProcessName | undefined;
}

export function viewOf(older: Frame | undefined, newer: Frame): View {
  const windows = new Map<string, Window<unknown> | undefined>();
  for (const [id, snapshot] of Object.entries(newer.snapshots)) {
    windows.set(id, windowOf(older?.snapshots[id], snapshot));
  }
  const window = (source: string) => windows.get(source);
  const names = new Map(newer.names.map((name) => [processKey(name), name]));
  return {
    frame: newer,
    seconds: older === undefined ? undefined : (newer.at - older.at) / 1000,
    window,
    use: buildUseReport(window),
    nameOf: (process) => names.get(processKey(process)),
  };
}
