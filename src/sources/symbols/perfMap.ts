/**
 * Functions that a JIT compiler has written down: /tmp/perf-PID.map, as `node --perf-basic-prof` and the JVM
 * (`jcmd PID Compiler.perfmap`) make it.
 */
import { readFileSync, statSync } from "node:fs";
import { type RawSymbol, SortedSymbols, type SymbolTable } from "./symbolTable.ts";

/** A perf map that may still grow. */
export interface PerfMap {
  readonly symbols: SymbolTable;
  readonly bytes: number;
}

/**
 * Reads the map of a process in whatever mount and PID namespace it lives. `previous` is given back while the file
 * has not grown. Undefined where there is none.
 */
export function readPerfMap(pid: number, previous: PerfMap | undefined): PerfMap | undefined {
  try {
    const path = `/proc/${pid}/root/tmp/perf-${innermostPid(pid)}.map`;
    const { size } = statSync(path);
    if (previous !== undefined && previous.bytes === size) return previous;
    return { symbols: parsePerfMap(readFileSync(path, "utf8")), bytes: size };
  } catch {
    return previous;
  }
}

/**
 * Lines of `start size name`, both numbers in hex, which the JVM begins with 0x. A function that was compiled again
 * stands further down, and wins.
 */
export function parsePerfMap(text: string): SymbolTable {
  const symbols: RawSymbol[] = [];
  const names: string[] = [];
  for (const line of text.split("\n").reverse()) {
    const [, start, size, name] = /^(?:0x)?([0-9a-f]+) (?:0x)?([0-9a-f]+) (.+)$/.exec(line) ?? [];
    if (start === undefined || size === undefined || name === undefined) continue;
    symbols.push({ address: Number.parseInt(start, 16), size: Number.parseInt(size, 16) });
    names.push(name);
  }
  return new SortedSymbols(symbols, (index) => names[index] ?? "");
}

/** The PID that the process knows itself by. */
function innermostPid(pid: number): string {
  const [, numbers = String(pid)] = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return numbers.trim().split(/\s+/).at(-1) ?? String(pid);
}
