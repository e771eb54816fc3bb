/** What can stand between bpftop and BPF, and the one thing to do about each. */
import { type Held, missingRights, readHeld, readLockdown } from "../proc/rights.ts";
import { NoHookError } from "./attach.ts";
import { RefusedError } from "./object.ts";
import { SetupError } from "./setupError.ts";

/** The machine as far as it explains a refusal. */
export interface Standing {
  readonly held: Held;
  readonly lockdown: string | undefined;
  readonly uid: number;
}

export interface Failure {
  readonly why: string;
  readonly advice: string;
}

/** Why a source has failed and what to do about it, for the user. */
export function failureOf(error: unknown): Failure {
  return explain(error, { held: readHeld(), lockdown: readLockdown(), uid: process.geteuid?.() ?? 0 });
}

/** {@link failureOf} on a machine that is told of. Pure. */
export function explain(error: unknown, standing: Standing): Failure {
  if (error instanceof SetupError) return { why: `no BPF: ${error.message}`, advice: error.advice };
  if (error instanceof NoHookError && !error.hasBtf) {
    return {
      why: "no BPF: this kernel has no BTF (/sys/kernel/btf/vmlinux)",
      advice: "boot a kernel built with CONFIG_DEBUG_INFO_BTF, as Debian's, Ubuntu's and Fedora's are",
    };
  }
  const refused = error instanceof NoHookError ? error.refused : error instanceof RefusedError ? error : undefined;
  const why = error instanceof Error ? error.message : String(error);
  if (refused === undefined) {
    return error instanceof NoHookError
      ? { why, advice: "nothing to do on this kernel; the other panes go on" }
      : { why, advice: "run bpftop doctor; the other panes go on" };
  }
  return explainRefusal(refused, why, standing);
}

function explainRefusal({ code }: RefusedError, why: string, { held, lockdown, uid }: Standing): Failure {
  if (code === "ENOMEM")
    return { why, advice: "free memory, or raise the limit of locked memory (ulimit -l unlimited)" };
  const isForbidden = code === "EPERM" || code === "EACCES";
  const missing = missingRights(held).map(({ name }) => name);
  if (isForbidden && missing.length > 0) {
    const lacks = `no BPF: it takes ${missing.join(" and ")}, or root`;
    if (uid !== 0) return { why: lacks, advice: "run it as root: sudo bpftop" };
    return { why: lacks, advice: "this root has been stripped of it: run bpftop outside of this container" };
  }
  if (lockdown === "confidentiality") {
    return {
      why: `no BPF: the kernel is locked down (lockdown=confidentiality): BPF may not read its memory`,
      advice: "boot with lockdown=integrity, or without",
    };
  }
  if (isForbidden) {
    return {
      why: `no BPF: the kernel refuses it to root, too (${code})`,
      advice: "a container's seccomp profile or a security module forbids bpf(2): run bpftop on the host",
    };
  }
  return { why, advice: "please report it with what bpftop doctor says; the other panes go on" };
}
