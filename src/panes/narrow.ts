/** The same panes, narrowed to one process. Pure. */
import { type ProcessId, processKey } from "../sources/process.ts";
import type { Window } from "../sources/source.ts";
import type { Row } from "./kit/tableRows.ts";
import type { AnyPane } from "./pane.ts";

export function processLabel({ comm, pid }: ProcessId): string {
  return `${comm}[${pid}]`;
}

/** A table with the rows of one process only, its own distribution; a pane that is about one process anyway, as it is. */
export function narrowed(pane: AnyPane, process: ProcessId): AnyPane {
  const scope = processLabel(process);
  if (pane.kind === "histogram") return pane.narrow === undefined ? pane : { ...pane.narrow(process), scope };
  if (pane.process === undefined) return pane;
  const key = processKey(process);
  const isIts = (row: Row): boolean => {
    const owner: ProcessId | undefined = pane.process?.(row);
    return owner !== undefined && processKey(owner) === key;
  };
  const rows = (window: Window<unknown>, also?: Window<unknown>) =>
    (pane.rows(window, also) as readonly Row[]).filter(isIts);
  if (pane.otherwise === undefined) return { ...pane, scope, rows };
  const { source, rows: others } = pane.otherwise;
  return { ...pane, scope, rows, otherwise: { source, rows: (window) => others(window).filter(isIts) } };
}
