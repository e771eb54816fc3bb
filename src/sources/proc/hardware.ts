/** Errors that the hardware reports of itself: memory (EDAC) and CPUs that got too hot. */
import { readFile, readdir } from "node:fs/promises";
import { numberOf } from "./text.ts";

/** Since boot; undefined where no driver tells, as in virtual machines. */
export interface Hardware {
  /** Memory errors that ECC put right. */
  readonly correctedMemoryErrors: number | undefined;
  /** Memory errors that it could not. */
  readonly uncorrectedMemoryErrors: number | undefined;
  /** Times that a core was slowed down because it was too hot. */
  readonly thermalThrottles: number | undefined;
}

export async function readHardware(root = ""): Promise<Hardware> {
  const edac = `${root}/sys/devices/system/edac/mc`;
  const cpus = `${root}/sys/devices/system/cpu`;
  const [corrected, uncorrected, throttles] = await Promise.all([
    total(edac, /^mc\d+$/, "ce_count"),
    total(edac, /^mc\d+$/, "ue_count"),
    total(cpus, /^cpu\d+$/, "thermal_throttle/core_throttle_count"),
  ]);
  return { correctedMemoryErrors: corrected, uncorrectedMemoryErrors: uncorrected, thermalThrottles: throttles };
}

/** The sum over all instances that have the file; undefined where none has. */
async function total(dir: string, instance: RegExp, file: string): Promise<number | undefined> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => instance.test(name));
  let sum: number | undefined;
  for (const name of names) {
    const value = numberOf((await readFile(`${dir}/${name}/${file}`, "utf8").catch(() => undefined))?.trim());
    if (value !== undefined) sum = (sum ?? 0) + value;
  }
  return sum;
}
