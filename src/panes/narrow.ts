/** The same panes, narrowed to one process. Pure. */
import { type ProcessId, processKey } from "../sources/process.ts";
import type { Window } from "../sources/source.ts";
import type { AnyTable, Row } from "./kit/tableRows.ts";

export function processLabel({ comm, pid }: ProcessId): string {
  return `${comm}[${pid}]`;
}

/** A table with the rows of one process only. */
export function narrowed(pane: AnyTable, process: ProcessId): AnyTable {
  const key = processKey(process);
  const isIts = (row: Row): boolean => {
    const owner: ProcessId | undefined = pane.process?.(row);
    return owner !== undefined && processKey(owner) === key;
  };
  const rows = (window: Window<unknown>) => (pane.rows(window) as readonly Row[]).filter(isIts);
  return { ...pane, scope: processLabel(process), rows };
}
