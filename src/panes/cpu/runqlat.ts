import type { SchedData } from "../../sources/cpu/sched.ts";
import { subtract } from "../../sources/hist.ts";
import { histOf, inSlot } from "../kit/sched.ts";
import { histogramPane } from "../pane.ts";

const declaration = {
  name: "runqlat",
  question: "How long do runnable threads wait for a CPU?",
  resource: "cpu",
  source: "sched",
  unit: "ns",
  event: "wait",
} as const;

export const runqlat = histogramPane<SchedData>({
  ...declaration,
  hist: ({ newer, older }) => subtract(newer.runqLatency, older.runqLatency),
  below: (slot) => ({ kind: "pane", pane: inSlot("runqlat", "runqSlots", "wait", slot) }),
  narrow: (process) =>
    histogramPane<SchedData>({
      ...declaration,
      hist: (window) => histOf(window, process, "runqSlots"),
      below: () => ({ kind: "stacks", mode: "off-CPU" }),
    }),
});
