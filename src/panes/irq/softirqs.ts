import { type Hist, count, percentile, subtract } from "../../sources/hist.ts";
import type { SoftirqData } from "../../sources/irq/softirq.ts";
import { type Column, tablePane } from "../pane.ts";

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
  columns,
  sort: { column: "timeNs", descending: true },
});
