/** Tables as CSV (RFC 4180), from the rows of their JSON. Pure. */
import { printable } from "../../panes/kit/text.ts";
import type { Json, JsonObject } from "../outputs/jsonLine.ts";

/** What makes a spreadsheet take a cell for a formula. */
const FORMULA = /^[=+\-@]/;

/** Headings are the JSON's keys; `fields` are those where there is no row. Empty is what was not measured. */
export function csvOf(rows: readonly JsonObject[], fields: readonly string[]): string {
  const flat = rows.map((row) => new Map(flatten(row, "")));
  const keys = flat.length === 0 ? fields : [...new Set(flat.flatMap((row) => [...row.keys()]))];
  const lines = [keys, ...flat.map((row) => keys.map((key) => row.get(key) ?? null))];
  return lines.map((line) => `${line.map(csvCell).join(",")}\r\n`).join("");
}

/** A distribution within a row becomes a column for each of its numbers. */
function flatten(object: JsonObject, prefix: string): readonly (readonly [string, Json])[] {
  return Object.entries(object).flatMap(([key, value]): readonly (readonly [string, Json])[] => {
    if (Array.isArray(value) || key === "quality") return [];
    return isObject(value) ? flatten(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value]];
  });
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Text is made harmless for the terminal it may be shown in, and for the spreadsheet it may be opened with. */
export function csvCell(value: Json): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const safe = printable(value);
  const text = FORMULA.test(safe) ? `'${safe}` : safe;
  return /[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
