/** Time that tasks lost waiting for a resource: pressure stall information, from /proc/pressure. */
import { readText } from "./files.ts";

/** Since boot. */
export interface Pressure {
  /** Time in which at least one task waited, in µs. */
  readonly someUs: number;
  /** Time in which all tasks that had something to do waited, in µs; undefined for CPU before kernel 5.13. */
  readonly fullUs: number | undefined;
}

export interface Pressures {
  readonly cpu: Pressure;
  readonly memory: Pressure;
  readonly io: Pressure;
}

/** Undefined where the kernel was built without PSI, or started with `psi=0`. */
export function readPressures(root = ""): Pressures | undefined {
  const read = (resource: string) => parsePressure(readText(`${root}/proc/pressure/${resource}`) ?? "");
  const cpu = read("cpu");
  const memory = read("memory");
  const io = read("io");
  return cpu && memory && io && { cpu, memory, io };
}

/** The totals are exact at each read; the averages beside them are not used. */
export function parsePressure(text: string): Pressure | undefined {
  const total = (line: string) => {
    const found = new RegExp(`^${line} .*total=(\\d+)`, "m").exec(text);
    return found === null ? undefined : Number(found[1]);
  };
  const someUs = total("some");
  return someUs === undefined ? undefined : { someUs, fullUs: total("full") };
}
