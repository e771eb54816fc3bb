/** `bpftop doctor`: what works on this machine, what does not, and what to do about it. */
import process from "node:process";
import { RIGHTS } from "../../sources/proc/rights.ts";
import { paint, themeFor, unstyled } from "../theme.ts";
import { examine } from "./examine.ts";
import { reportJson } from "./json.ts";
import { doctorLines } from "./lines.ts";
import { adviceOf, isWell } from "./report.ts";

export { doctorSchema } from "./json.ts";

const USUAL_WIDTH = 80;

/** The text to print, and whether every pane is live. */
export async function runDoctor(version: string, json: boolean): Promise<{ text: string; isWell: boolean }> {
  const report = await examine(version);
  const advice = adviceOf(report, RIGHTS);
  if (json) return { text: `${JSON.stringify(reportJson(report, advice), null, 2)}\n`, isWell: isWell(report) };
  const theme = themeFor(process.env);
  const look = process.stdout.isTTY ? theme : unstyled(theme);
  const lines = doctorLines(report, advice, process.stdout.columns || USUAL_WIDTH);
  return { text: lines.map((line) => `${paint(line, look).trimEnd()}\n`).join(""), isWell: isWell(report) };
}
