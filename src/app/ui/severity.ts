import type { Span, Style } from "../../panes/kit/line.ts";
import type { Severity } from "../../panes/use/report.ts";

/** Glyph, word and colour: each tells it alone. */
const MARKS: Readonly<Record<Severity, string>> = {
  ok: "· ok  ",
  notice: "○ note",
  warning: "● warn",
  critical: "■ CRIT",
  unknown: "? none",
};

export const MARK_WIDTH = 6;

export function severityMark(severity: Severity): Span {
  return { text: MARKS[severity], style: severityStyle(severity) };
}

/** What is well is not painted, so that the rest stands out. */
export function severityStyle(severity: Severity): Style {
  return severity === "ok" ? "plain" : severity;
}

const ORDER: readonly Severity[] = ["critical", "warning", "notice", "unknown", "ok"];

/** 0 is the worst. */
export function severityRank(severity: Severity): number {
  return ORDER.indexOf(severity);
}
