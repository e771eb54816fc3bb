/**
 * Node's own deaths in an emulated machine: now and then V8's check of its compiled code fails (SIGTRAP), or Node faults.
 * They say nothing of what was under test, and that is tried again. On a real machine none was seen, so there one counts.
 */
import { constants } from "node:os";
import process from "node:process";

const DEATHS = ["SIGTRAP", "SIGSEGV"] as const;

/** Set by `guest.sh`. */
export const isEmulated = process.env["BPFTOP_EMULATED"] === "1";

/** Whether a test file says that its process died so. */
export const DIED = new RegExp(` \\((?:${DEATHS.join("|")})\\)\\ntest failed`);

/** Whether a shell says by this status that a command died so. */
export function isDeath(status: number | undefined): boolean {
  return DEATHS.some((signal) => status === 128 + constants.signals[signal]);
}
