import { subtract } from "../../sources/hist.ts";
import type { SchedData } from "../../sources/cpu/sched.ts";
import { histogramPane } from "../pane.ts";

export const runqlat = histogramPane<SchedData>({
  name: "runqlat",
  question: "How long do runnable threads wait for a CPU?",
  resource: "cpu",
  source: "sched",
  unit: "ns",
  event: "wait",
  hist: ({ newer, older }) => subtract(newer.runqLatency, older.runqLatency),
});
