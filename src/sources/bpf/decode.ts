/** What the generated decoders are made of. */

/** How a C structure's bytes become a value. */
export interface Layout<T> {
  /** In bytes, as the C compiler laid it out. */
  readonly size: number;
  readonly decode: (view: DataView, at: number) => T;
}

/** Exact up to 2^53: enough for ns since boot and for bytes. */
export function u64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

/** Histograms are most of what is decoded: a plain loop, several times faster than `Array.from`. */
export function u64s(view: DataView, at: number, length: number): number[] {
  const numbers = new Array<number>(length);
  for (let i = 0; i < length; i++) numbers[i] = u64(view, at + 8 * i);
  return numbers;
}

export function u32s(view: DataView, at: number, length: number): number[] {
  const numbers = new Array<number>(length);
  for (let i = 0; i < length; i++) numbers[i] = view.getUint32(at + 4 * i, true);
  return numbers;
}

/** Exact between -2^53 and 2^53. */
export function s64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getInt32(at + 4, true) * 2 ** 32;
}

/** A map's key that is just a number. */
export const u32: Layout<number> = { size: 4, decode: (view, at) => view.getUint32(at, true) };

const decoder = new TextDecoder();

/** Up to here, adding up characters is the fastest way; a path is read several times faster as a whole. */
const SHORT = 64;

/** A char array up to its first NUL. What is no UTF-8 comes out as U+FFFD; everything else is as hostile as it was. */
export function text(view: DataView, at: number, size: number): string {
  if (size > SHORT) return untilNul(Buffer.from(view.buffer as ArrayBuffer, view.byteOffset + at, size)).toString();
  let ascii = "";
  for (let i = 0; i < size; i++) {
    const byte = view.getUint8(at + i);
    if (byte === 0) return ascii;
    // Names are nearly always ASCII, for which this is several times faster than the decoder.
    if (byte >= 0x80) return decoder.decode(untilNul(new Uint8Array(view.buffer, view.byteOffset + at, size)));
    ascii += String.fromCharCode(byte);
  }
  return ascii;
}

function untilNul<Bytes extends Uint8Array>(bytes: Bytes): Bytes {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : (bytes.subarray(0, end) as Bytes);
}
