import { type Line, fitLine, span } from "../../panes/kit/line.ts";
import { fit, printable, textWidth } from "../../panes/kit/text.ts";
import type { UseRow, Verdict } from "../../panes/use/report.ts";
import { useRowKey } from "../history.ts";
import { MARK_WIDTH, severityMark, severityStyle } from "./severity.ts";

/** One sentence for the worst row; where Enter leads from it, if the cursor is there. */
export function verdictLine(verdict: Verdict | undefined, selected: UseRow | undefined, width: number): Line {
  if (verdict === undefined) return fitLine([span("measuring…", "dim")], width);
  const { severity, row } = verdict;
  const isHere = row?.pane !== undefined && selected !== undefined && useRowKey(selected) === useRowKey(row);
  const text = isHere ? withKey(verdict.text, row.pane, width - MARK_WIDTH - 1) : verdict.text;
  const style = severity === "ok" ? "ok" : severityStyle(severity);
  return fitLine([severityMark(severity), span(" "), span(fit(text, width - MARK_WIDTH - 1), style)], width);
}

/** Which key leads on is the last thing to be cut off. */
function withKey(text: string, pane: string, width: number): string {
  const [head = "", ...tail] = text.split(` → ${pane}`);
  const key = ` → Enter: ${pane}`;
  const whole = `${head}${key}${tail.join(key)}`;
  if (textWidth(printable(whole)) <= width) return whole;
  return `${fit(head, Math.min(textWidth(printable(head)), width - key.length))}${key}`;
}
