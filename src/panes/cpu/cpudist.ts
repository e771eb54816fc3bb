import { subtract } from "../../sources/hist.ts";
import type { SchedData } from "../../sources/cpu/sched.ts";
import { histogramPane } from "../pane.ts";

export const cpudist = histogramPane<SchedData>({
  name: "cpudist",
  question: "How long do threads keep a CPU once they have it?",
  resource: "cpu",
  source: "sched",
  unit: "ns",
  event: "stretch",
  hist: ({ newer, older }) => subtract(newer.onCpu, older.onCpu),
});
