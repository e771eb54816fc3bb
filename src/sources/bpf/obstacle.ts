/** What can stand between bpftop and BPF, and the one thing to do about each. */
import { readNumber } from "../proc/files.ts";
import { type Held, has, missingRights, readHeld, readLockdown, rightNamed } from "../proc/rights.ts";
import { NoHookError } from "./attach.ts";
import { RefusedError } from "./object.ts";
import { SetupError } from "./setupError.ts";

/** Above it only kernels of Debian and Ubuntu know a difference. */
const MOST_PARANOID_UPSTREAM = 2;

/** The machine as far as it explains a refusal. */
export interface Standing {
  readonly held: Held;
  readonly lockdown: string | undefined;
  /** kernel.perf_event_paranoid. */
  readonly paranoid: number | undefined;
  readonly uid: number;
}

export interface Failure {
  readonly why: string;
  readonly advice: string;
}

/** Why a source has failed and what to do about it, for the user. */
export function failureOf(error: unknown): Failure {
  return explain(error, {
    held: readHeld(),
    lockdown: readLockdown(),
    paranoid: readNumber("/proc/sys/kernel/perf_event_paranoid"),
    uid: process.geteuid?.() ?? 0,
  });
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

function explainRefusal(refused: RefusedError, why: string, { held, lockdown, paranoid, uid }: Standing): Failure {
  const { code } = refused;
  if (code === "ENOMEM")
    return { why, advice: "free memory, or raise the limit of locked memory (ulimit -l unlimited)" };
  const isForbidden = code === "EPERM" || code === "EACCES";
  const missing = missingRights(held).map(({ name }) => name);
  if (isForbidden && missing.length > 0) {
    const lacks = `no BPF: it takes ${missing.join(" and ")}, or root`;
    if (uid !== 0) return { why: lacks, advice: "run it as root: sudo bpftop" };
    return { why: lacks, advice: "this root has been stripped of it: run bpftop outside of this container" };
  }
  if (!has(held, rightNamed("CAP_SYS_ADMIN"))) {
    if (refused.wantsModules) {
      return {
        why: "no BPF: libbpf before 1.3 looks through the kernel's modules, which takes CAP_SYS_ADMIN",
        advice: "install a newer libbpf, or run it as root: sudo bpftop",
      };
    }
    if (isForbidden && (paranoid ?? 0) > MOST_PARANOID_UPSTREAM) {
      return {
        why: `no BPF: this kernel keeps perf events for CAP_SYS_ADMIN (kernel.perf_event_paranoid=${paranoid})`,
        advice: `sysctl kernel.perf_event_paranoid=${MOST_PARANOID_UPSTREAM}, or run it as root: sudo bpftop`,
      };
    }
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
