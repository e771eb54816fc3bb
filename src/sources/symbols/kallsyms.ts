/** The kernel's own functions, from /proc/kallsyms. */
import { closeSync, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { monotonicMs } from "../clock.ts";
import { type RawSymbol, SortedSymbols, type SymbolTable } from "./symbolTable.ts";

/** Lines parsed before the event loop gets its turn: a few ms. */
const SLICE = 8000;

/**
 * Reads some 100,000 lines without holding up the screen. Addresses are the low 48 bits, which JavaScript's numbers
 * hold; the upper 16 of a kernel address are all ones. Rejects where the kernel hides addresses (kptr_restrict).
 */
export async function readKallsyms(root = ""): Promise<SymbolTable> {
  const text = await readByAndBy(`${root}/proc/kallsyms`);
  const symbols: RawSymbol[] = [];
  const starts: number[] = [];
  // Strings cut out of it would keep the whole file, of which most is data.
  const names = Buffer.allocUnsafe(text.length);
  let used = 0;
  let lines = 0;
  for (let at = 0, end = 0; at < text.length; at = end + 1) {
    end = text.indexOf(LINE_END, at);
    if (end < 0) break;
    if (++lines % SLICE === 0) await setImmediate();
    // ffffffff81000000 T _stext[\t[module]]
    const kind = (text[at + 17] ?? 0) | 0x20;
    if (kind !== 0x74 && kind !== 0x77) continue; // text, or a weak function
    const address = Number.parseInt(text.toString("latin1", at + 4, at + 16), 16);
    if (!(address > 0)) continue;
    symbols.push({ address, size: 0 });
    starts.push(used);
    used += text.copy(names, used, at + 19, end + 1);
  }
  if (symbols.length === 0) throw new Error("/proc/kallsyms shows no addresses (kernel.kptr_restrict)");
  return namedBy(Buffer.from(names.subarray(0, used)), starts, symbols);
}

function namedBy(names: Buffer, starts: readonly number[], symbols: readonly RawSymbol[]): SymbolTable {
  return new SortedSymbols(symbols, (index) => {
    const from = starts[index] ?? 0;
    return names.toString("latin1", from, names.indexOf(LINE_END, from)).replace(/\t\[(\w+)\]$/, " [$1]");
  });
}

const LINE_END = 10;
/** Longer the event loop does not wait for its turn. */
const TURN_MS = 5;

/**
 * The kernel gives no more than a page at once, so some 2,500 times: with a turn of the event loop for each, a busy
 * machine would take half a minute.
 */
async function readByAndBy(file: string): Promise<Buffer> {
  const fd = openSync(file, "r");
  try {
    let text = Buffer.allocUnsafe(16 << 20);
    let used = 0;
    for (let until = monotonicMs() + TURN_MS; ; ) {
      if (used === text.length) text = Buffer.concat([text, Buffer.allocUnsafe(text.length)]);
      const got = readSync(fd, text, used, text.length - used, null);
      if (got === 0) return text.subarray(0, used);
      used += got;
      if (monotonicMs() < until) continue;
      await setImmediate();
      until = monotonicMs() + TURN_MS;
    }
  } finally {
    closeSync(fd);
  }
}
