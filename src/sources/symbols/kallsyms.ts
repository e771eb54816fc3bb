/** The kernel's own functions, from /proc/kallsyms. */
import { readFile } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { type RawSymbol, SortedSymbols, type SymbolTable } from "./symbolTable.ts";

/** Lines parsed before the event loop gets its turn: a few ms. */
const SLICE = 8000;

/**
 * Reads some 100,000 lines without holding up the screen. Addresses are the low 48 bits, which JavaScript's numbers
 * hold; the upper 16 of a kernel address are all ones. Rejects where the kernel hides addresses (kptr_restrict).
 */
export async function readKallsyms(root = ""): Promise<SymbolTable> {
  const lines = (await readFile(`${root}/proc/kallsyms`, "latin1")).split("\n");
  const symbols: RawSymbol[] = [];
  const names: string[] = [];
  for (const [i, line] of lines.entries()) {
    if (i % SLICE === SLICE - 1) await setImmediate();
    // ffffffff81000000 T _stext[\t[module]]
    const kind = line.charCodeAt(17) | 0x20;
    if (kind !== 0x74 && kind !== 0x77) continue; // text, or a weak function
    const address = Number.parseInt(line.slice(4, 16), 16);
    if (address > 0) {
      symbols.push({ address, size: 0 });
      names.push(line.slice(19));
    }
  }
  if (symbols.length === 0) throw new Error("/proc/kallsyms shows no addresses (kernel.kptr_restrict)");
  return new SortedSymbols(symbols, (index) => (names[index] ?? "").replace(/\t\[(\w+)\]$/, " [$1]"));
}
