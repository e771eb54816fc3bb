import type { SchedData } from "../../sources/cpu/sched.ts";
import { subtract } from "../../sources/hist.ts";
import { histOf, inSlot } from "../kit/sched.ts";
import { histogramPane } from "../pane.ts";

const declaration = {
  name: "cpudist",
  question: "How long do threads keep a CPU once they have it?",
  resource: "cpu",
  source: "sched",
  unit: "ns",
  event: "stretch",
} as const;

export const cpudist = histogramPane<SchedData>({
  ...declaration,
  hist: ({ newer, older }) => subtract(newer.onCpu, older.onCpu),
  below: (slot) => ({ kind: "pane", pane: inSlot("cpudist", "onCpuSlots", "stretch", slot) }),
  narrow: (process) =>
    histogramPane<SchedData>({
      ...declaration,
      hist: (window) => histOf(window, process, "onCpuSlots"),
      below: () => ({ kind: "stacks", mode: "on-CPU" }),
    }),
});
