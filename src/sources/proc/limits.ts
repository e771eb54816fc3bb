/** How near the machine is to its limits on tasks, open files and tracked connections. */
import { readNumber, readText } from "./files.ts";
import { numberOf, words } from "./text.ts";

/** A level and its ceiling. */
export interface Limit {
  readonly used: number;
  readonly max: number;
}

export interface Limits {
  /** Threads of all processes, from /proc/loadavg, against the lower of kernel.pid_max and kernel.threads-max. */
  readonly tasks: Limit | undefined;
  /** Open files of the whole machine, from /proc/sys/fs/file-nr. */
  readonly files: Limit | undefined;
  /** Connections that netfilter tracks; undefined where it tracks none. */
  readonly conntrack: Limit | undefined;
}

export function readLimits(root = ""): Limits {
  const sys = (name: string) => readNumber(`${root}/proc/sys/${name}`);
  const threads = parseThreads(readText(`${root}/proc/loadavg`) ?? "");
  return {
    tasks: limit(threads, lower(sys("kernel/pid_max"), sys("kernel/threads-max"))),
    files: parseFileNr(readText(`${root}/proc/sys/fs/file-nr`) ?? ""),
    conntrack: limit(sys("net/netfilter/nf_conntrack_count"), sys("net/netfilter/nf_conntrack_max")),
  };
}

/** All threads, from the `1/97` of /proc/loadavg. */
export function parseThreads(loadavg: string): number | undefined {
  return numberOf(words(loadavg)[3]?.split("/")[1]);
}

/** `allocated unused max`: the unused are always 0 since 2.6 and are counted as allocated. */
export function parseFileNr(text: string): Limit | undefined {
  const [used, , max] = words(text);
  return limit(numberOf(used), numberOf(max));
}

function limit(used: number | undefined, max: number | undefined): Limit | undefined {
  return used === undefined || max === undefined || max <= 0 ? undefined : { used, max };
}

function lower(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
