/** What a network interface is and how fast, from /sys/class/net. */
import { readFile, readdir, stat } from "node:fs/promises";
import { numberOf } from "./text.ts";

export interface Link {
  readonly interface: string;
  /** Bits per second each way; undefined where the driver does not know: virtual ones, and a cable that is not plugged in. */
  readonly bitsPerSecond: number | undefined;
  /** `up`, `down`, `unknown` (lo, tunnels) and rarer states. */
  readonly state: string;
  /** A device is behind it: a card, or what the hypervisor shows as one. */
  readonly physical: boolean;
  /** Its traffic shows elsewhere: a port of a bridge or bond, a VLAN on another interface, or one end of a pair (veth). */
  readonly secondary: boolean;
}

/** Asynchronous: a driver may take milliseconds to ask its card for the speed. */
export async function readLinks(root = ""): Promise<readonly Link[] | undefined> {
  const dir = `${root}/sys/class/net`;
  const names = await readdir(dir).catch(() => undefined);
  if (names === undefined) return undefined;
  const links: Link[] = [];
  for (const name of names) {
    const [speed, state, physical, port, index, peer] = await Promise.all([
      text(`${dir}/${name}/speed`),
      text(`${dir}/${name}/operstate`),
      exists(`${dir}/${name}/device`),
      exists(`${dir}/${name}/master`),
      text(`${dir}/${name}/ifindex`),
      text(`${dir}/${name}/iflink`),
    ]);
    links.push({
      interface: name,
      bitsPerSecond: bitsPerSecond(speed),
      state: state ?? "unknown",
      physical,
      secondary: port || index !== peer,
    });
  }
  return links;
}

/** The file holds Mbit/s, and -1 or 2^32 - 1 where that is not known. */
export function bitsPerSecond(speed: string | undefined): number | undefined {
  const megabits = numberOf(speed);
  return megabits === undefined || megabits <= 0 || megabits >= 0xffff_ffff ? undefined : megabits * 1e6;
}

async function text(file: string): Promise<string | undefined> {
  return (await readFile(file, "utf8").catch(() => undefined))?.trim();
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}
