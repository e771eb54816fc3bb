import { type Hist, count, emptyHist, percentile, subtract } from "../../sources/hist.ts";
import type { SoftirqData } from "../../sources/irq/softirq.ts";
import { type Column, type HistogramPane, histogramPane, tablePane } from "../pane.ts";

interface SoftirqRow {
  readonly vector: string;
  readonly durations: Hist;
  /** Of the time of all vectors, in percent; undefined where no soft interrupt ran. */
  readonly sharePercent: number | undefined;
}

const columns: readonly Column<SoftirqRow>[] = [
  {
    id: "vector",
    heading: "VECTOR",
    unit: "text",
    help: "The vector, as in /proc/softirqs",
    get: (row) => row.vector,
    priority: 0,
  },
  {
    id: "timeNs",
    heading: "TIME",
    unit: "ns",
    perSecond: true,
    help: "CPU time in this vector, of all CPUs together",
    get: (row) => row.durations.sum,
    hot: (nsPerSecond) => nsPerSecond >= 250e6,
    priority: 0,
  },
  {
    id: "sharePercent",
    heading: "SHARE",
    unit: "percent",
    help: "Of the time of all vectors",
    get: (row) => row.sharePercent,
  },
  {
    id: "count",
    heading: "COUNT",
    unit: "count",
    perSecond: true,
    help: "Runs of this vector",
    get: (row) => count(row.durations),
    priority: 0,
  },
  {
    id: "p50Ns",
    heading: "P50",
    unit: "ns",
    help: "Half of the runs took no longer (estimated, ±12.5 %)",
    get: (row) => percentile(row.durations, 0.5),
    priority: 2,
  },
  {
    id: "p99Ns",
    heading: "P99",
    unit: "ns",
    help: "99 % of the runs took no longer (estimated, ±12.5 %)",
    get: (row) => percentile(row.durations, 0.99),
    hot: (ns) => ns >= 2e6,
    priority: 0,
  },
  {
    id: "maxNs",
    heading: "MAX",
    unit: "ns",
    help: "Longest run",
    get: (row) => (count(row.durations) > 0 ? row.durations.max : undefined),
    hot: (ns) => ns >= 10e6,
  },
  {
    id: "durations",
    heading: "DURATIONS",
    unit: "ns",
    help: "How the durations are spread, one bar per power of two",
    get: (row) => count(row.durations),
    hist: (row) => row.durations,
    grow: true,
    priority: 0,
  },
];

/** A part of the name of the function that does a vector's work, on every kernel since 5.10. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  HI: "tasklet_hi_action",
  TIMER: "run_timer_softirq",
  NET_TX: "net_tx_action",
  NET_RX: "net_rx_action",
  BLOCK: "blk_done_softirq",
  IRQ_POLL: "irq_poll_softirq",
  TASKLET: "tasklet_action",
  SCHED: "balance",
  HRTIMER: "hrtimer_run_softirq",
  RCU: "rcu_core",
};

/** One vector's durations; below them the machine's stacks, with what goes through the vector painted. */
function durationsOf(vector: string): HistogramPane<SoftirqData> {
  return {
    ...histogramPane<SoftirqData>({
      name: "softirqs",
      question: "How long does this soft interrupt run?",
      resource: "cpu",
      source: "softirq",
      unit: "ns",
      event: "run",
      hist: ({ newer, older }) => {
        const of = (data: SoftirqData) => data.vectors.find((one) => one.vector === vector)?.durations ?? emptyHist();
        return subtract(of(newer), of(older));
      },
      // A soft interrupt hits whoever runs: no process is to blame, but the kernel's code can be seen.
      below: () => ({ kind: "stacks", mode: "on-CPU", search: FUNCTIONS[vector] ?? "softirq" }),
    }),
    scope: vector,
  };
}

export const softirqs = tablePane<SoftirqData, SoftirqRow>({
  name: "softirqs",
  question: "How much time goes to soft interrupts, and to which?",
  resource: "cpu",
  source: "softirq",
  rows({ newer, older }) {
    const vectors = newer.vectors.map(({ vector, durations }, i) => {
      const before = older.vectors[i]?.durations;
      return { vector, durations: before === undefined ? durations : subtract(durations, before) };
    });
    const total = vectors.reduce((sum, { durations }) => sum + durations.sum, 0);
    return vectors.map((row) => ({ ...row, sharePercent: total > 0 ? (100 * row.durations.sum) / total : undefined }));
  },
  rowKey: (row) => row.vector,
  below: (row) => ({ kind: "pane", pane: durationsOf(row.vector) }),
  columns,
  sort: { column: "timeNs", descending: true },
});
