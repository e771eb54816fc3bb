/** Which columns of a table fit, and how wide each is. Pure. */
import type { Cell, Column, Sort } from "../pane.ts";
import { NUMBER_WIDTH } from "./format.ts";
import { type AnyTable, PROCESS, type Row } from "./tableRows.ts";
import { printable, textWidth } from "./text.ts";

/** A column as the screen shows it; the process of a row is one like the declared ones. */
export interface ShownColumn {
  readonly id: string;
  readonly heading: string;
  /** Undefined for the process. */
  readonly column: Column<Row> | undefined;
  readonly width: number;
  readonly align: "left" | "right";
}

interface Candidate extends Omit<ShownColumn, "width"> {
  readonly priority: number;
  readonly least: number;
  /** What it should have before columns that may leave get any room. */
  readonly enough: number;
  readonly grow: boolean;
}

export const COLUMN_GAP = 1;
const PROCESS_LEAST = 14;
const PROCESS_ENOUGH = 18;
/** A comm of 15 bytes and a PID of seven digits. */
const PROCESS_WHOLE = 24;
const GROW_LEAST = 12;
const GROW_ENOUGH = 20;
const TEXT_MOST = 24;
/** Width of a text column follows its first rows; looking at thousands would cost more than it tells. */
const ROWS_LOOKED_AT = 200;

/** The columns that fit, in the declared order; those of low priority leave first, the sorted one stays. */
export function shownColumns(pane: AnyTable, rows: readonly Row[], sort: Sort, width: number): readonly ShownColumn[] {
  const candidates = candidatesOf(pane, rows, sort);
  const chosen = new Set<Candidate>();
  let left = width + COLUMN_GAP;
  let wanting = 0;
  for (const candidate of [...candidates].sort((a, b) => a.priority - b.priority)) {
    const reserved = candidate.priority > 0 ? wanting : 0;
    if (candidate.least + COLUMN_GAP > left - reserved && chosen.size > 0) continue;
    chosen.add(candidate);
    left -= candidate.least + COLUMN_GAP;
    wanting += candidate.enough - candidate.least;
  }
  return widened(
    candidates.filter((candidate) => chosen.has(candidate)),
    Math.max(0, left),
  );
}

/** Ids by which a table can be sorted, in the order of the screen. */
export function sortableColumns(pane: AnyTable): readonly string[] {
  const ids = (pane.columns as readonly Column<Row>[])
    .filter(({ hidden, id }) => !hidden || id === pane.sort.column)
    .map(({ id }) => id);
  return pane.process === undefined ? ids : [PROCESS, ...ids];
}

function candidatesOf(pane: AnyTable, rows: readonly Row[], sort: Sort): readonly Candidate[] {
  const columns = pane.columns as readonly Column<Row>[];
  const grows = columns.some(({ grow }) => grow);
  const shown = columns.filter(({ hidden, id }) => !hidden || id === sort.column);
  const declared = shown.map((column): Candidate => {
    const least = column.grow ? GROW_LEAST : leastWidth(column, rows, column.id === sort.column);
    const numeric = column.unit !== "text" && column.hist === undefined;
    return {
      id: column.id,
      heading: column.heading,
      column,
      align: numeric ? "right" : "left",
      // A column that says why the rows stand in this order is not the one to leave, unless it is a sum of others.
      priority: column.hidden ? 1 : column.id === sort.column ? -1 : (column.priority ?? 1),
      least,
      enough: column.grow ? GROW_ENOUGH : least,
      grow: column.grow ?? false,
    };
  });
  if (pane.process === undefined) return declared;
  const process = {
    id: PROCESS,
    heading: "PROCESS",
    column: undefined,
    align: "left",
    priority: -2,
    least: PROCESS_LEAST,
    enough: PROCESS_ENOUGH,
    grow: !grows,
  } as const;
  return [process, ...declared];
}

function leastWidth(column: Column<Row>, rows: readonly Row[], isSorted: boolean): number {
  const heading = column.heading.length + (isSorted ? 1 : 0);
  if (column.hist !== undefined) return Math.max(heading, GROW_LEAST);
  if (column.unit !== "text")
    return Math.max(heading, column.perSecond ? NUMBER_WIDTH - (column.unit === "ns" ? 0 : 1) : NUMBER_WIDTH - 2);
  const widest = rows
    .slice(0, ROWS_LOOKED_AT)
    .reduce<number>((most, row) => Math.max(most, cellWidth(column.get(row))), 0);
  return Math.max(heading, Math.min(TEXT_MOST, widest));
}

const cellWidth = (cell: Cell) => (typeof cell === "string" ? textWidth(printable(cell)) : 1);

/** What is left over goes to the process until its name is whole, then to the growing column. */
function widened(chosen: readonly Candidate[], spare: number): readonly ShownColumn[] {
  const grower = chosen.findLast(({ grow }) => grow) ?? chosen.at(-1);
  const toProcess = grower?.id === PROCESS ? 0 : Math.min(spare, PROCESS_WHOLE - PROCESS_LEAST);
  const hasProcess = chosen.some(({ id }) => id === PROCESS);
  return chosen.map(({ id, heading, column, align, least, grow }) => {
    const extra =
      id === PROCESS && id !== grower?.id
        ? toProcess
        : grow && id === grower?.id
          ? spare - (hasProcess ? toProcess : 0)
          : 0;
    return { id, heading, column, align, width: least + extra };
  });
}
