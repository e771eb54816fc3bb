/** A made-up machine for tests of the screen: two panes and as many rows and resources as are wanted. */
import type { Frame } from "../../src/app/feed.ts";
import { type UiState, initialState } from "../../src/app/state.ts";
import { update } from "../../src/app/update.ts";
import { type AnyPane, histogramPane, tablePane } from "../../src/panes/pane.ts";
import type { UseRow } from "../../src/panes/use/report.ts";
import { type Hist, emptyHist, subtract } from "../../src/sources/hist.ts";
import type { ProcessId } from "../../src/sources/process.ts";
import type { SourceState } from "../../src/sources/source.ts";

export interface User extends ProcessId {
  readonly disk: string;
  readonly bytes: number;
}

export interface TestData {
  readonly users: readonly User[];
  readonly waits: Hist;
}

export const HOSTILE = "evil\u001b]8;;http://x\u0007\u202e\nroot\u001b[31m";

export const usersPane = tablePane<TestData, User>({
  name: "users",
  question: "Who moves how many bytes?",
  resource: "disk",
  source: "test",
  rows: ({ newer }) => newer.users,
  rowKey: (row) => String(row.pid),
  process: (row) => row,
  columns: [
    { id: "disk", heading: "DISK", unit: "text", help: "The disk", get: (row) => row.disk, priority: 0 },
    { id: "bytes", heading: "BYTES", unit: "bytes", help: "Bytes moved", get: (row) => row.bytes, perSecond: true },
    { id: "unknown", heading: "UNKNOWN", unit: "ns", help: "Never measured", get: () => undefined },
  ],
  sort: { column: "bytes", descending: true },
});

export const waitsPane = histogramPane<TestData>({
  name: "waits",
  question: "How long do they wait?",
  resource: "cpu",
  source: "test",
  unit: "ns",
  event: "wait",
  hist: ({ newer, older }) => subtract(newer.waits, older.waits),
  below: ({ low }) => ({ kind: "pane", pane: { ...usersPane, name: "slot", scope: String(low) } }),
});

export const testPanes: readonly AnyPane[] = [usersPane, waitsPane, { ...waitsPane, name: "other" }];

const LIVE: SourceState = {
  kind: "live",
  coverage: {
    via: ["tp_btf:block_rq_complete", "tp_btf:block_rq_issue"],
    sinceMs: 1_000,
    unseen: ["requests of a driver's own"],
  },
};

/** The frame of a second; its users move `bytes` times their number. */
export function frameAt(second: number, users = 30, state: SourceState = LIVE): Frame {
  const waits = emptyHist();
  const slots = waits.slots.map((_, i) => (i > 30 && i < 90 ? second * (1 + (i % 7)) : 0));
  const data: TestData = {
    users: Array.from({ length: users }, (_, i) => ({
      pid: 1000 + i,
      startMs: 5,
      comm: i === 3 ? HOSTILE : `worker${i}`,
      disk: i % 2 === 0 ? "vda" : "磁盘磁盘",
      bytes: (i + 1) * 1000 + second,
    })),
    waits: { slots, sum: second * 1e9, max: 7e6 },
  };
  const hasData = state.kind === "live" || state.kind === "degraded";
  return {
    at: second * 1000,
    wallMs: 1_000_000 + second * 1000,
    host: "testhost",
    snapshots: { test: { at: second * 1000, state, lost: 0, data: hasData ? data : undefined } },
    names: [],
  };
}

export function useRow(
  resource: UseRow["resource"],
  instance: string,
  severity: UseRow["severity"],
  value = 42,
): UseRow {
  const metric = { label: "busy", id: "busyPercent", value, unit: "percent", severity } as const;
  const finding = severity === "ok" ? "" : `saturated ${HOSTILE}`;
  return {
    resource,
    instance,
    utilization: [metric],
    saturation: [],
    errors: [],
    severity,
    finding,
    suspects: [],
    pane: "users",
  };
}

/** A state that has seen two frames, so that there is a window; with a summary of its own. */
export function stateWith(rows: readonly UseRow[], columns = 120, lines = 40): UiState {
  let state = initialState({
    size: { columns, rows: lines },
    panes: testPanes,
    intervalMs: 1000,
    startPane: undefined,
  });
  for (const second of [1, 2]) state = update(state, { kind: "frame", frame: frameAt(second) });
  if (state.latest === undefined) throw new Error("no view");
  const use = { rows, verdict: { severity: "ok", text: `all is well ${HOSTILE}`, row: undefined } } as const;
  return { ...state, latest: { ...state.latest, view: { ...state.latest.view, use } } };
}

export function press(state: UiState, ...keys: readonly string[]): UiState {
  return keys.reduce((now, key) => update(now, { kind: "key", key }), state);
}
