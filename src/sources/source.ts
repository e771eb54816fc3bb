/**
 * A source is a family of kernel hooks (or /proc files) and what is counted there.
 * Everything to the right of {@link Snapshot} is pure: panes, JSON and tests run the same from a recording as live.
 */

import type { ProcessId } from "./process.ts";

/** Where a source stands. Shown wherever its numbers are shown. */
export type SourceState =
  | { readonly kind: "off" }
  | { readonly kind: "attaching" }
  | { readonly kind: "live"; readonly coverage: Coverage }
  | { readonly kind: "degraded"; readonly coverage: Coverage; readonly missing: readonly string[] }
  | { readonly kind: "failed"; readonly why: string; readonly advice: string };

/** How a live source gets its data, and what it can't see. */
export interface Coverage {
  /** The hooks in use, as `tp_btf:sched_switch`, or the files, as `/proc/diskstats`. */
  readonly via: readonly string[];
  /** Wall clock of the attach in ms since the epoch; all counts are since then. */
  readonly sinceMs: number;
  /** What this source does not see by the way it is got, in the user's words; empty where nothing is known to be missing. */
  readonly unseen: readonly string[];
}

/** A better way to get something than the one in use, and why it is not in use. */
export interface LeftOut {
  /** What it would give, in the user's words. */
  readonly gives: string;
  /** As `fentry`. */
  readonly kind: string;
  /** The kernel's names of the hooks. */
  readonly hooks: readonly string[];
  /** `refused (EPERM)`, `this kernel has no such tracepoint`. */
  readonly why: string;
  /** It is made for kernels of another form, and nothing that this one lacks. */
  readonly foreign: boolean;
}

/** A source's data at one instant. Plain JSON: numbers, strings, arrays, objects. */
export interface Snapshot<S> {
  /** CLOCK_MONOTONIC in ms, with fraction: for the seconds between two snapshots. */
  readonly at: number;
  readonly state: SourceState;
  /** Events since attach that happened at a hook but could not be counted (map full, unreadable). */
  readonly lost: number;
  /** Cumulative since attach. Undefined unless live or degraded. */
  readonly data: S | undefined;
}

/** What the sources that look at one thing at a time are to look at. */
export interface Focus {
  /** Undefined for the whole machine. */
  readonly pid: number | undefined;
  /** Samples per second and CPU. */
  readonly hz: number;
}

/**
 * A family of hooks that can be switched on and read. Counts are cumulative since attach; a read never clears
 * anything, so any number of readers can read together. One source failing is a state, never an exception.
 */
export interface Source<S> {
  readonly id: string;
  /** The processes that appear in the data, for naming them. */
  processes?(data: S): readonly ProcessId[];
  /** For sources that look at one thing at a time: what it is. Where it changes, all that was counted is let go. */
  focus?(on: Focus): Promise<void>;
  /** Resolves when live, degraded or failed; never rejects. */
  attach(): Promise<void>;
  /** Synchronous and short (a few ms at 10,240 entities). */
  read(): Snapshot<S>;
  /** What the last {@link attach} could not use. */
  leftOut?(): readonly LeftOut[];
  /** Leaves nothing in the kernel. The counts start from zero at the next attach. */
  detach(): void;
}

/** Two snapshots of one attachment and the seconds between them; every rate and every total of an interval is computed from one. */
export interface Window<S> {
  readonly older: S;
  readonly newer: S;
  readonly seconds: number;
  /** Events lost within the window. */
  readonly lost: number;
}

/** The window between two snapshots; undefined where either has no data, or the source was re-attached in between. */
export function windowOf<S>(older: Snapshot<S> | undefined, newer: Snapshot<S> | undefined): Window<S> | undefined {
  if (older?.data === undefined || newer?.data === undefined) return undefined;
  if (coverageOf(older.state)?.sinceMs !== coverageOf(newer.state)?.sinceMs) return undefined;
  const seconds = (newer.at - older.at) / 1000;
  if (seconds <= 0) return undefined;
  return { older: older.data, newer: newer.data, seconds, lost: newer.lost - older.lost };
}

export function coverageOf(state: SourceState): Coverage | undefined {
  return state.kind === "live" || state.kind === "degraded" ? state.coverage : undefined;
}
