import { count, percentile, subtract } from "../../sources/hist.ts";
import { processKey } from "../../sources/process.ts";
import { type CpuTimes, busyMs, idleMs } from "../../sources/proc/stat.ts";
import type { ProcData } from "../../sources/proc/data.ts";
import type { Window } from "../../sources/source.ts";
import { deltaBy } from "../kit/delta.ts";
import { type Inputs, increaseOf, percentOf } from "./inputs.ts";
import type { Suspect, UseRow } from "./report.ts";
import { type Reading, counted, rowOf, shown, spoken } from "./row.ts";
import { suspectsBy } from "./suspects.ts";
import { atLeast, isTrouble, judge, thresholds, together } from "./thresholds.ts";

export function cpuRow(inputs: Inputs): UseRow {
  const { proc } = inputs;
  const softirqs = softirqReading(proc);
  const saturation = waiting(inputs);
  return rowOf({
    resource: "cpu",
    instance: "",
    utilization: [
      shown("busy", "busyPercent", shareOf(proc, busyMs), "percent"),
      shown("busiest CPU", "busiestCpuPercent", busiestCpu(proc), "percent"),
      softirqs,
      stealReading(proc),
    ],
    saturation,
    errors: throttling(proc),
    suspects: () => suspects(inputs),
    pane: isTrouble(softirqs.severity)
      ? "softirqs"
      : saturation.some(({ severity }) => isTrouble(severity))
        ? "runqlat"
        : "top",
    called: { utilization: "taken up" },
  });
}

/** Neither a late thread now and then nor a short queue at all times is trouble: both together are. */
function waiting({ proc, sched }: Inputs): readonly Reading[] {
  const waits = sched && subtract(sched.newer.runqLatency, sched.older.runqLatency);
  const p99 = waits && percentile(waits, 0.99);
  const stalled =
    proc &&
    percentOf(
      increaseOf(proc, (data) => data.pressure?.cpu.someUs),
      proc.seconds * 1e6,
    );
  const severity = together(
    waits === undefined ? "unknown" : count(waits) < atLeast.runqWaits ? "ok" : judge(p99, thresholds.runqLatencyP99Ns),
    judge(stalled, thresholds.cpuStalledPercent),
  );
  return [
    {
      label: "run-queue p99",
      id: "runqLatencyP99Ns",
      value: p99,
      unit: "ns",
      severity: waits === undefined ? "unknown" : severity,
      words: `run queue ${spoken(p99, "ns")} p99`,
    },
    {
      label: "stalled",
      id: "stalledPercent",
      value: stalled,
      unit: "percent",
      severity: stalled === undefined ? "unknown" : severity,
      words: `some task waits ${spoken(stalled, "percent")} of the time`,
    },
  ];
}

function stealReading(proc: Window<ProcData> | undefined): Reading {
  const steal = shareOf(proc, (times) => times.stealMs);
  return {
    label: "steal",
    id: "stealPercent",
    value: steal,
    unit: "percent",
    severity: judge(steal, thresholds.stealPercent),
    words: `the hypervisor takes ${spoken(steal, "percent")}`,
  };
}

function softirqReading(proc: Window<ProcData> | undefined): Reading {
  const softirqs = shareOf(proc, (times) => times.softirqMs + times.irqMs);
  return {
    label: "interrupts",
    id: "interruptsPercent",
    value: softirqs,
    unit: "percent",
    severity: judge(softirqs, thresholds.softirqPercent),
    words: `${spoken(softirqs, "percent")} by interrupts`,
  };
}

/** Undefined where no driver counts them: then there is nothing to show. */
function throttling(proc: Window<ProcData> | undefined): readonly Reading[] {
  const throttles = increaseOf(proc, (data) => data.hardware?.thermalThrottles);
  if (throttles === undefined) return [];
  const severity = judge(throttles, thresholds.thermalThrottles);
  return [
    {
      label: "throttled",
      id: "thermalThrottlesCount",
      value: throttles,
      unit: "count",
      severity,
      words: `slowed down ${counted(throttles, "time")} by heat`,
    },
  ];
}

function suspects({ sched, tasks }: Inputs): readonly Suspect[] {
  if (sched === undefined) {
    const running =
      tasks === undefined ? [] : deltaBy(tasks.newer.processes, tasks.older.processes, processKey, ["cpuMs"]);
    return suspectsBy(running, (process) => process.cpuMs, "of CPU time");
  }
  const running = deltaBy(sched.newer.processes, sched.older.processes, processKey, ["cpuNs", "runqWaitNs"]);
  // Among many that want a CPU each gets little of it: what they wait for it is of their making as well.
  return suspectsBy(running, ({ cpuNs, runqWaitNs }) => cpuNs + runqWaitNs, "of CPU demand");
}

/** A part of all CPUs' time in the window, in percent. */
function shareOf(proc: Window<ProcData> | undefined, part: (times: CpuTimes) => number): number | undefined {
  const newer = proc?.newer.cpu?.total;
  const older = proc?.older.cpu?.total;
  return newer && older && shareBetween(newer, older, part);
}

/** A single thread that can't go faster shows here and not in the average. */
function busiestCpu(proc: Window<ProcData> | undefined): number | undefined {
  const before = new Map(proc?.older.cpu?.cpus.map(({ cpu, times }) => [cpu, times]));
  const shares = (proc?.newer.cpu?.cpus ?? []).flatMap(({ cpu, times }) => {
    const older = before.get(cpu);
    return older === undefined ? [] : (shareBetween(times, older, busyMs) ?? []);
  });
  return shares.length === 0 ? undefined : Math.max(...shares);
}

/** Idle time may step back a little from read to read; that is no idleness. */
function shareBetween(newer: CpuTimes, older: CpuTimes, part: (times: CpuTimes) => number): number | undefined {
  const rise = (of: (times: CpuTimes) => number) => Math.max(0, of(newer) - of(older));
  return percentOf(rise(part), rise(busyMs) + rise(idleMs) + rise((times) => times.stealMs));
}
