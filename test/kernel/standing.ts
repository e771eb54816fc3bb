/** bpftop where it may do less than root: commands for spawn. */
import path from "node:path";
import { RIGHTS } from "../../src/sources/proc/rights.ts";

const ROOT = path.join(import.meta.dirname, "../..");

export const BPFTOP = path.join(ROOT, "bin/bpftop");

const NOBODY = "65534";

/**
 * As an ordinary user who holds these capabilities and no other. To such a one the checkout may be closed, below /root or in
 * a temporary directory: it is brought to /mnt, in a mount namespace of its own.
 */
export function as(capabilities: readonly string[], ...args: readonly string[]): readonly string[] {
  const bits = RIGHTS.filter(({ name }) => capabilities.includes(name)).map(({ bit }) => `+cap_${bit}`);
  const set = ["-all", ...bits].join(",");
  const user = ["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"];
  const rights = [...user, "--inh-caps", set, "--ambient-caps", set, "--bounding-set", set];
  const bring = 'mount --bind "$0" /mnt && exec setpriv "$@"';
  return ["unshare", "--mount", "sh", "-c", bring, ROOT, ...rights, "/mnt/bin/bpftop", ...args];
}

/** As root, where /sys/kernel/btf is hidden: in a mount namespace of its own, with a file system over it. */
export function withoutBtf(...args: readonly string[]): readonly string[] {
  const hide = 'mount -t tmpfs none /sys/kernel/btf && exec "$@"';
  return ["unshare", "--mount", "sh", "-c", hide, "sh", BPFTOP, ...args];
}
