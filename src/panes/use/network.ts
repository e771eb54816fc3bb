import type { Link } from "../../sources/proc/links.ts";
import type { InterfaceStats } from "../../sources/proc/netDev.ts";
import { deltaBy } from "../kit/delta.ts";
import { type Inputs, increaseOf, percentOf } from "./inputs.ts";
import type { Suspect, UseRow } from "./report.ts";
import { type Reading, rowOf, shown, spoken } from "./row.ts";
import { byProcess, connectionsIn } from "./sockets.ts";
import { suspectsBy } from "./suspects.ts";
import { type Threshold, atLeast, isTrouble, judge, thresholds } from "./thresholds.ts";

const COUNTERS = [
  ...["rxBytes", "rxPackets", "rxErrors", "rxDropped", "rxOverruns", "rxFrameErrors"],
  ...["txBytes", "txPackets", "txErrors", "txDropped", "txOverruns", "collisions", "carrierErrors"],
] as const satisfies readonly (keyof InterfaceStats)[];

/** One row for each interface that carries traffic of its own, and for any other while it is in trouble. */
export function networkRows(inputs: Inputs): readonly UseRow[] {
  const { proc } = inputs;
  const interfaces = proc?.newer.interfaces ?? [];
  const increases = deltaBy(interfaces, proc?.older.interfaces ?? [], (stats) => stats.interface, COUNTERS);
  const moved = new Map(increases.map((stats) => [stats.interface, stats]));
  const main = mainInterfaces(interfaces, proc?.newer.links);
  return interfaces
    .map(({ interface: name }) => name)
    .toSorted()
    .map((name) => interfaceRow(name, moved.get(name), inputs))
    .filter((row) => main.has(row.instance) || isTrouble(row.severity))
    .concat(backlogRow(inputs));
}

/**
 * Cards, the loopback, and virtual interfaces with traffic that shows on no other. In a container there may be none of
 * these but the loopback: there whatever is up counts.
 */
function mainInterfaces(
  interfaces: readonly InterfaceStats[],
  links: readonly Link[] | undefined,
): ReadonlySet<string> {
  const linkOf = new Map(links?.map((link) => [link.interface, link]));
  const used = interfaces
    .filter(({ rxPackets, txPackets }) => rxPackets + txPackets > 0)
    .map((stats) => stats.interface);
  const main = (name: string) => {
    const link = linkOf.get(name);
    return link === undefined || link.physical || name === "lo" || (!link.secondary && used.includes(name));
  };
  const chosen = interfaces.map((stats) => stats.interface).filter(main);
  const others = used.filter((name) => linkOf.get(name)?.state !== "down");
  return new Set(chosen.some((name) => name !== "lo") ? chosen : [...chosen, ...others]);
}

/** `stats`: what happened in the window; undefined where nothing did. */
function interfaceRow(name: string, stats: InterfaceStats | undefined, inputs: Inputs): UseRow {
  const seconds = inputs.proc?.seconds ?? Number.NaN;
  const rx = (stats?.rxBytes ?? 0) / seconds;
  const tx = (stats?.txBytes ?? 0) / seconds;
  const speed = inputs.proc?.newer.links?.find((link) => link.interface === name)?.bitsPerSecond;
  const used = percentOf(8 * Math.max(rx, tx), speed);
  const packets = (stats?.rxPackets ?? 0) + (stats?.txPackets ?? 0);
  const drops = (label: string, id: string, value = 0) =>
    ofPackets(label, id, value, packets, thresholds.packetsDroppedPercent, atLeast.droppedPackets);
  const errors = (label: string, id: string, value = 0) =>
    ofPackets(label, id, value, packets, thresholds.packetErrorsPercent, atLeast.packetErrors);
  return rowOf({
    resource: "network",
    instance: name,
    utilization: [
      // The loopback and most virtual cards have no speed, so that nobody can say how full they are.
      {
        label: "used",
        id: "usedPercent",
        value: used,
        unit: "percent",
        severity: judge(used, thresholds.linkUsedPercent),
      },
      { ...shown("received", "rxBytesPerSecond", rx, "bytes"), perSecond: true },
      { ...shown("sent", "txBytesPerSecond", tx, "bytes"), perSecond: true },
    ],
    saturation: [
      drops("rx drops", "rxDroppedCount", stats?.rxDropped),
      drops("tx drops", "txDroppedCount", stats?.txDropped),
      drops("rx overruns", "rxOverrunsCount", stats?.rxOverruns),
      drops("tx overruns", "txOverrunsCount", stats?.txOverruns),
    ],
    errors: [
      errors("rx errors", "rxErrorsCount", stats?.rxErrors),
      errors("tx errors", "txErrorsCount", stats?.txErrors),
      errors("collisions", "collisionsCount", stats?.collisions),
      errors("carrier", "carrierErrorsCount", stats?.carrierErrors),
    ],
    suspects: () => suspects(name, inputs),
    pane: "tcptop",
    called: { saturation: "drops packets", utilization: "nearly full" },
  });
}

/** Lost packets as a share of all, of which lost ones are not part. */
function ofPackets(
  label: string,
  id: string,
  lost: number,
  packets: number,
  threshold: Threshold,
  enough: number,
): Reading {
  const percent = percentOf(lost, packets + lost);
  return {
    label,
    id,
    value: lost,
    unit: "packets",
    severity: lost < enough ? "ok" : judge(percent, threshold),
    words: `${spoken(lost, "packets")} ${label}, ${spoken(percent, "percent")} of packets`,
  };
}

/** TCP only, and by what the processes handed over: what else an interface carries has no process here. */
function suspects(name: string, { sock }: Inputs): readonly Suspect[] {
  const connections = connectionsIn(sock).filter((one) => (name === "lo") === isLoopback(one.remoteAddress));
  return suspectsBy(byProcess(connections), (user) => user.txBytes + user.rxBytes, "of TCP bytes");
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

/** The queues between cards and stack belong to no interface; they are only worth a row when they overflow. */
function backlogRow({ proc }: Inputs): readonly UseRow[] {
  const dropped = increaseOf(proc, (data) => data.softnet?.dropped) ?? 0;
  const packets = increaseOf(proc, (data) => data.softnet?.packets) ?? 0;
  const reading = ofPackets(
    "backlog drops",
    "backlogDroppedCount",
    dropped,
    packets,
    thresholds.packetsDroppedPercent,
    atLeast.droppedPackets,
  );
  if (!isTrouble(reading.severity)) return [];
  return [
    rowOf({
      resource: "network",
      instance: "backlog",
      utilization: [],
      saturation: [reading],
      errors: [],
      pane: "softirqs",
      called: { saturation: "drops packets" },
    }),
  ];
}
