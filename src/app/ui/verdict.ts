import { type Line, fitLine, span } from "../../panes/kit/line.ts";
import { fit } from "../../panes/kit/text.ts";
import type { Verdict } from "../../panes/use/report.ts";
import { MARK_WIDTH, severityMark, severityStyle } from "./severity.ts";

/** One sentence for the worst row. */
export function verdictLine(verdict: Verdict | undefined, width: number): Line {
  if (verdict === undefined) return fitLine([span("measuring…", "dim")], width);
  const { severity, text } = verdict;
  const style = severity === "ok" ? "ok" : severityStyle(severity);
  return fitLine([severityMark(severity), span(" "), span(fit(text, width - MARK_WIDTH - 1), style)], width);
}
