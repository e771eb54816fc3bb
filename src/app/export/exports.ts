/** What is on the screen as files: which, and what is in them. Pure. */
import { printable } from "../../panes/kit/text.ts";
import { foldedStacks } from "../../panes/kit/stackTree.ts";
import { processLabel } from "../../panes/narrow.ts";
import type { AnyPane } from "../../panes/pane.ts";
import { type Json, type JsonObject, PROCESS_FIELDS, jsonLine, paneOf } from "../outputs/jsonLine.ts";
import { breadcrumb, visiblePanes } from "../nav.ts";
import type { StacksPlace } from "../stacks/place.ts";
import { weigh } from "../stacks/weigh.ts";
import { type UiState, USE, shownOf, subjectOf, subjectPlace } from "../state.ts";
import { shownRows } from "../tableKeys.ts";
import type { View } from "../view.ts";
import { csvOf } from "./csv.ts";
import { screenText } from "./screenText.ts";
import { speedscopeOf } from "./speedscope.ts";

export interface ExportFile {
  /** What its name ends with, without the dot. */
  readonly extension: string;
  readonly text: string;
}

export interface Exports {
  /** What the files' names begin with; safe in a path whatever a process calls itself. */
  readonly stem: string;
  readonly files: readonly ExportFile[];
}

export function exportsOf(state: UiState, label: string): Exports {
  const view = shownOf(state)?.view;
  const place = subjectPlace(state);
  const screen = { extension: "txt", text: screenText(state, label) };
  const data =
    view === undefined ? [] : place.kind === "stacks" ? stackFiles(place, view) : tableFiles(state, view, label);
  return { stem: stemOf(state, view), files: [screen, ...data] };
}

/** `20260801-001231-biotop`, in local time as the screen shows it. */
function stemOf(state: UiState, view: View | undefined): string {
  const time = new Date(view?.frame.wallMs ?? 0);
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}`;
  const clock = `${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
  const where = breadcrumb(state).slice(-2).join("-");
  const safe = where.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  return `${day}-${clock}-${safe.slice(0, 60) || "screen"}`;
}

function stackFiles(place: StacksPlace, view: View): readonly ExportFile[] {
  const weighed = weigh(place, view);
  if (weighed === undefined) return [];
  const whose = place.process === undefined ? "whole machine" : processLabel(place.process);
  const name = `${whose} ${place.mode}`;
  const wakers = weighed.wakers.length === 0 ? [] : [{ name: `wakers of ${whose}`, stacks: weighed.wakers }];
  const profile = speedscopeOf(name, [{ name, stacks: weighed.stacks }, ...wakers]);
  const folded = foldedStacks(weighed.stacks, whose).split("\n").map(printable).join("\n");
  return [
    { extension: "folded", text: folded },
    { extension: "speedscope.json", text: `${JSON.stringify(profile)}\n` },
  ];
}

/** JSON of all that is on the screen; CSV of the table that has the focus, as it is sorted and filtered. */
function tableFiles(state: UiState, view: View, label: string): readonly ExportFile[] {
  const subject = subjectOf(state);
  const place = subjectPlace(state);
  const rows = subject !== USE && subject.kind === "table" ? shownRows(state, subject)?.rows : undefined;
  const panes = place.kind === "pane" ? { [place.pane.name]: paneOf(place.pane, view, rows) } : jsonPanes(state, view);
  const json: JsonObject = {
    ...jsonLine(view, []),
    what: label,
    place: [...breadcrumb(state)],
    marks: state.marks.map(({ wallMs, note }) => ({ time: new Date(wallMs).toISOString(), note })),
    panes,
  };
  return [
    { extension: "json", text: `${JSON.stringify(json, null, 1)}\n` },
    { extension: "csv", text: subject === USE ? useCsv(view) : paneCsv(subject, view, rows) },
  ];
}

const jsonPanes = (state: UiState, view: View): Json =>
  Object.fromEntries(visiblePanes(state).map((pane) => [pane.name, paneOf(pane, view)]));

/** Every row says when and over how long it was measured, for its numbers are totals. */
function paneCsv(pane: AnyPane, view: View, rows: readonly unknown[] | undefined): string {
  const told = paneOf(pane, view, rows);
  const when = { time: new Date(view.frame.wallMs).toISOString(), seconds: told["seconds"] ?? null };
  const process = pane.kind === "table" && pane.process !== undefined ? PROCESS_FIELDS : [];
  const columns: readonly string[] =
    pane.kind === "table" ? (pane.columns as readonly { readonly id: string }[]).map(({ id }) => id) : SLOT_FIELDS;
  const list = pane.kind === "table" ? told["rows"] : slotsOf(told["histogram"], pane.unit);
  return csvOf(
    objects(list).map((row) => ({ ...when, ...row })),
    [...Object.keys(when), ...process, ...columns],
  );
}

const SLOT_FIELDS = ["unit", "low", "high", "count"];

function slotsOf(histogram: Json | undefined, unit: string): Json {
  const [told] = objects([histogram ?? null]);
  return objects(told?.["slots"]).map((slot) => ({ unit, ...slot }));
}

const objects = (json: Json | undefined): readonly JsonObject[] =>
  Array.isArray(json) ? (json as readonly Json[]).filter((one): one is JsonObject => isObject(one)) : [];

const isObject = (json: Json): boolean => typeof json === "object" && json !== null && !Array.isArray(json);

/** A line for each number. */
function useCsv(view: View): string {
  const time = new Date(view.frame.wallMs).toISOString();
  const rows = view.use.rows.flatMap(({ resource, instance, utilization, saturation, errors, finding }) =>
    (
      [
        ["utilization", utilization],
        ["saturation", saturation],
        ["errors", errors],
      ] as const
    ).flatMap(([kind, metrics]) =>
      metrics.map(({ id, value, unit, perSecond, severity }) => ({
        time,
        resource,
        instance,
        kind,
        metric: id,
        value: value ?? null,
        unit: perSecond ? `${unit}/s` : unit,
        severity,
        finding,
      })),
    ),
  );
  return csvOf(rows, ["time", "resource", "instance", "kind", "metric", "value", "unit", "severity", "finding"]);
}
