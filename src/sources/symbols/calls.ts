/** Call instructions: what they call. Pure. */

/** The longest direct call: enough bytes before a return address. */
export const CALL_BYTES = 5;

/**
 * Where the call led that ends just before a return address; undefined where it is no direct call, whose target
 * only the registers of that time would tell. `code` are the {@link CALL_BYTES} before `returnAddress`.
 */
export function directCallTarget(code: Buffer, returnAddress: number, arch: string): number | undefined {
  if (arch === "x64") return code[0] === 0xe8 ? returnAddress + code.readInt32LE(1) : undefined;
  if (arch !== "arm64") return undefined;
  const instruction = code.readUInt32LE(1);
  if (instruction >>> 26 !== 0b100101) return undefined; // bl
  return returnAddress - 4 + 4 * ((instruction << 6) >> 6);
}
