/** Where functions begin, from the table that exception handling searches (`.eh_frame_hdr`): stripping leaves it. Pure. */

const ENTRY_BYTES = 8;
const HEADER_BYTES = 12;
/** Entries relative to the table, as 32-bit numbers: what every linker writes. */
const USUAL_ENCODING = 0x3b;
const COUNT_AS_U32 = 0x03;

/** Finds the function that an address lies in by its beginning; undefined before the first. */
export type FunctionStart = (address: number) => number | undefined;

/** `table` is the section, `at` its address. Undefined where it is written in an unusual way. */
export function parseUnwindTable(table: Buffer, at: number): FunctionStart | undefined {
  if (table.length < HEADER_BYTES || table[0] !== 1 || table[2] !== COUNT_AS_U32 || table[3] !== USUAL_ENCODING)
    return undefined;
  const entries = Math.min(table.readUInt32LE(8), Math.floor((table.length - HEADER_BYTES) / ENTRY_BYTES));
  const startOf = (index: number) => at + table.readInt32LE(HEADER_BYTES + index * ENTRY_BYTES);
  return (address) => {
    let low = 0;
    let high = entries;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (startOf(middle) <= address) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? undefined : startOf(low - 1);
  };
}
