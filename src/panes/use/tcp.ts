import type { TcpStat } from "../../sources/proc/tcp.ts";
import { type Inputs, increaseOf, percentOf, rateOf } from "./inputs.ts";
import type { Suspect, UseRow } from "./report.ts";
import { type Reading, rowOf, shown, spoken } from "./row.ts";
import { byProcess, connectionsIn } from "./sockets.ts";
import { suspectsBy } from "./suspects.ts";
import { type Threshold, atLeast, judge, thresholds } from "./thresholds.ts";

export function tcpRow(inputs: Inputs): UseRow {
  const { proc } = inputs;
  const perSecond = (
    label: string,
    id: string,
    of: (tcp: TcpStat) => number | undefined,
    threshold: Threshold,
  ): Reading => {
    const value = rateOf(proc, (data) => data.tcp && of(data.tcp));
    return { label, id, value, unit: "count", perSecond: true, severity: judge(value, threshold) };
  };
  const aborts = increaseOf(proc, (data) => data.tcp?.memoryAborts);
  return rowOf({
    resource: "tcp",
    instance: "",
    utilization: [
      shown("connections", "establishedCount", proc?.newer.tcp?.established, "count"),
      {
        ...shown(
          "segments out",
          "segmentsOutPerSecond",
          rateOf(proc, (data) => data.tcp?.segmentsOut),
          "count",
        ),
        perSecond: true,
      },
    ],
    saturation: [
      ...retransmits(inputs),
      perSecond(
        "listen overflows",
        "listenOverflowsPerSecond",
        (tcp) => tcp.listenOverflows,
        thresholds.listenOverflowsPerSecond,
      ),
      perSecond("listen drops", "listenDropsPerSecond", (tcp) => tcp.listenDrops, thresholds.listenOverflowsPerSecond),
      perSecond("receive drops", "receiveDropsPerSecond", (tcp) => tcp.receiveDrops, thresholds.receiveDropsPerSecond),
    ],
    errors: [
      perSecond("timeouts", "timeoutsPerSecond", (tcp) => tcp.timeouts, thresholds.timeoutsPerSecond),
      perSecond("resets", "resetsPerSecond", (tcp) => tcp.resets, thresholds.resetsPerSecond),
      {
        ...shown(
          "resets sent",
          "resetsSentPerSecond",
          rateOf(proc, (data) => data.tcp?.resetsOut),
          "count",
        ),
        perSecond: true,
      },
      perSecond("bad segments", "badSegmentsPerSecond", (tcp) => tcp.errorsIn, thresholds.tcpErrorsPerSecond),
      {
        label: "out of memory",
        id: "memoryAbortsCount",
        value: aborts,
        unit: "count",
        severity: judge(aborts, thresholds.memoryAborts),
      },
    ],
    suspects: () => suspects(inputs),
    pane: "tcptop",
    called: { saturation: "in trouble" },
  });
}

function retransmits({ proc }: Inputs): readonly Reading[] {
  const again = increaseOf(proc, (data) => data.tcp?.retransmits);
  const out = increaseOf(proc, (data) => data.tcp?.segmentsOut);
  const percent = out === undefined || again === undefined ? undefined : percentOf(again, out + again);
  const enough = again !== undefined && again >= atLeast.retransmits;
  return [
    {
      label: "retransmits",
      id: "retransmitsPercent",
      value: percent,
      unit: "percent",
      severity: again === undefined ? "unknown" : enough ? judge(percent, thresholds.retransmitsPercent) : "ok",
      words: `${spoken(percent, "percent")} of segments sent again`,
    },
    {
      ...shown(
        "sent again",
        "retransmitsPerSecond",
        rateOf(proc, (data) => data.tcp?.retransmits),
        "count",
      ),
      perSecond: true,
    },
  ];
}

/** Whose segments were sent again. */
function suspects({ sock }: Inputs): readonly Suspect[] {
  return suspectsBy(byProcess(connectionsIn(sock)), (user) => user.retransmits, "of retransmits");
}
