/** The head of the process screen: who it is, what it does, and the way down to its stacks. Pure. */
import { formatValue } from "../../panes/kit/format.ts";
import { type Line, joined, line, span } from "../../panes/kit/line.ts";
import { processLabel } from "../../panes/narrow.ts";
import { BUSY_SHARE, modeOf } from "../../panes/pane.ts";
import type { SchedData, SchedProcess } from "../../sources/cpu/sched.ts";
import type { ProcessDetail } from "../../sources/proc/process.ts";
import { type ProcessId, processKey } from "../../sources/process.ts";
import { shareWanted } from "../drill.ts";
import { type ProcessPlace, type UiState, shownOf } from "../state.ts";
import type { View } from "../view.ts";

const GAP = span("  ");
const STATES: Readonly<Record<string, string>> = {
  R: "running",
  S: "sleeping",
  D: "waiting, uninterruptibly",
  T: "stopped",
  t: "traced",
  Z: "zombie: it has exited, and its parent has not asked",
  I: "idle kernel thread",
};

/** Always as many lines, so that nothing jumps when more becomes known. */
export function infoLines(state: UiState, place: ProcessPlace, width: number): readonly Line[] {
  const view = shownOf(state)?.view;
  const detail = detailOf(view, place.process);
  const focused = place.focus === 0;
  const title: Line = [
    span(`${focused ? "▸" : " "}${processLabel(place.process)} `, focused ? "titleFocused" : "strong"),
    span(` ${detail?.cmdline ?? view?.nameOf(place.process)?.cmdline ?? ""}`, "dim"),
  ];
  return [
    title,
    detail === undefined ? line(absence(state, place.process), "dim") : joined(whoLines(detail), GAP, width),
    detail === undefined ? [] : joined(whereLines(detail), GAP, width),
    joined(cpuParts(view, place.process), GAP, width),
    [
      span(" Enter ", "key"),
      span(wayDown(state, place.process), focused ? "strong" : "dim"),
      span("   c ", "key"),
      span("on-CPU"),
      span("   o ", "key"),
      span("off-CPU"),
    ],
  ];
}

/** Where Enter leads, and why there. */
function wayDown(state: UiState, process: ProcessId): string {
  const share = shareWanted(state, process);
  if (share === undefined) return "its stacks";
  const mode = modeOf(share);
  const least = `${BUSY_SHARE * 100} % of a CPU`;
  return `its ${mode} stacks: it wants ${mode === "on-CPU" ? `${least} or more` : `under ${least}`}`;
}

function absence(state: UiState, process: ProcessId): string {
  if (shownOf(state)?.view.nameOf(process)?.exited) return "it has exited; what is shown below is what was seen of it";
  return state.frozen === undefined ? "reading /proc…" : "at this instant nobody looked at it; p goes on with now";
}

function detailOf(view: View | undefined, process: ProcessId): ProcessDetail | undefined {
  const detail = view?.frame.snapshots["process"]?.data as ProcessDetail | undefined;
  return detail?.pid === process.pid ? detail : undefined;
}

function whoLines(detail: ProcessDetail): readonly Line[] {
  const fact = (label: string, text: string): Line => [span(`${label} `, "dim"), span(text)];
  return [
    fact("state", STATES[detail.state] ?? detail.state),
    fact("threads", String(detail.threads.length)),
    fact("parent", `${detail.parentComm ?? "?"}[${detail.parentPid}]`),
    fact("uid", detail.uid === undefined ? "–" : String(detail.uid)),
    fact("resident", formatValue(detail.residentBytes, "bytes")),
    fact("swapped", formatValue(detail.swapBytes, "bytes")),
    fact("open files", formatValue(detail.fds, "count")),
  ];
}

function whereLines({ container, cgroup }: ProcessDetail): readonly Line[] {
  const of = container === undefined ? [] : [[span("container ", "dim"), span(container)]];
  return [...of, [span("cgroup ", "dim"), span(`/${cgroup ?? ""}`)]];
}

/** CPU and run queue of the last interval. */
function cpuParts(view: View | undefined, process: ProcessId): readonly Line[] {
  const window = view?.window("sched");
  if (window === undefined) return [line("CPU –", "dim")];
  const of = (data: SchedData): SchedProcess | undefined =>
    data.processes.find((candidate) => processKey(candidate) === processKey(process));
  const newer = of(window.newer as SchedData);
  const older = of(window.older as SchedData);
  if (newer === undefined) return [line("it has not run since bpftop began", "dim")];
  const ran = newer.cpuNs - (older?.cpuNs ?? 0);
  const waited = newer.runqWaitNs - (older?.runqWaitNs ?? 0);
  const switches = newer.switchIns - (older?.switchIns ?? 0);
  const share = (ns: number) => formatValue((100 * ns) / (window.seconds * 1e9), "percent");
  return [
    [span("CPU ", "dim"), span(share(ran), "strong")],
    [
      span("waited for a CPU ", "dim"),
      span(share(waited), "strong"),
      span(` ${formatValue(switches > 0 ? waited / switches : undefined, "ns")} on average`, "dim"),
    ],
    [span("longest so far ", "dim"), span(formatValue(newer.runqMaxNs, "ns"))],
    [span("switches ", "dim"), span(formatValue(switches / window.seconds, "count", true))],
  ];
}
