/** Function names of an ELF file, as much of it as that takes: headers, one symbol table and its strings. */
import { closeSync, openSync, readSync } from "node:fs";
import { type RawSymbol, SortedSymbols, type SymbolTable } from "./symbolTable.ts";
import { type FunctionStart, parseUnwindTable } from "./unwindTable.ts";

const SECTION = { SYMTAB: 2, NOTE: 7, DYNSYM: 11 } as const;
const LOADED_SEGMENT = 1;
const UNWIND_SEGMENT = 0x6474e550;
const NOTE_BUILD_ID = 3;
const FUNCTION = 2;
const INDIRECT_FUNCTION = 10;
const SYMBOL_BYTES = 24;
/** A corrupt header must not make us read the whole disk. */
const MOST_BYTES = 1 << 30;

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

interface Segment {
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** What is known of one ELF file. 64-bit little-endian only: what bpftop runs on. */
export interface Elf {
  /** Hex, for finding a separate debug file; undefined where the file has none. */
  readonly buildId: string | undefined;
  /** Whether it has the full table (`.symtab`), not just what it exports. */
  readonly complete: boolean;
  readonly symbols: SymbolTable;
  /** Where functions begin, also those without a name; undefined where the file does not say. */
  readonly functionStart: FunctionStart | undefined;
  /** The address, as the symbol table counts, of a byte of the file; undefined outside loaded segments. */
  readonly addressAt: (fileOffset: number) => number | undefined;
}

/** Reads a file's symbols. Throws where it can't be read or is no such ELF file. */
export function readElf(path: string): Elf {
  return withFile(path, parse);
}

/** Bytes of a file; undefined where it can't be read. */
export function bytesOf(path: string, offset: number, size: number): Buffer | undefined {
  try {
    return withFile(path, (read) => read(offset, size));
  } catch {
    return undefined;
  }
}

function withFile<T>(path: string, use: (read: Read) => T): T {
  const fd = openSync(path, "r");
  try {
    return use((offset, size) => readAt(fd, offset, size));
  } finally {
    closeSync(fd);
  }
}

type Read = (offset: number, size: number) => Buffer;

function readAt(fd: number, offset: number, size: number): Buffer {
  if (size > MOST_BYTES) throw new Error("not a sane ELF file");
  const bytes = Buffer.alloc(size);
  let got = 0;
  while (got < size) {
    const n = readSync(fd, bytes, got, size - got, offset + got);
    if (n === 0) throw new Error("ELF file ends early");
    got += n;
  }
  return bytes;
}

function parse(read: Read): Elf {
  const header = read(0, 64);
  if (header.toString("latin1", 0, 6) !== "\x7fELF\x02\x01") throw new Error("not a 64-bit little-endian ELF file");
  const sections = table(
    read,
    u64(header, 40),
    header.readUInt16LE(58),
    header.readUInt16LE(60),
    (entry): Section => ({
      type: entry.readUInt32LE(4),
      offset: u64(entry, 24),
      size: u64(entry, 32),
      link: entry.readUInt32LE(40),
    }),
  );
  const segments = table(read, u64(header, 32), header.readUInt16LE(54), header.readUInt16LE(56), (entry) => ({
    type: entry.readUInt32LE(0),
    offset: u64(entry, 8),
    address: u64(entry, 16),
    size: u64(entry, 32),
  }));
  const loaded = segments.filter((segment) => segment.type === LOADED_SEGMENT);
  const unwind = segments.find((segment) => segment.type === UNWIND_SEGMENT);

  const full = sections.find((section) => section.type === SECTION.SYMTAB);
  const chosen = full ?? sections.find((section) => section.type === SECTION.DYNSYM);
  return {
    buildId: buildIdOf(read, sections),
    complete: full !== undefined,
    symbols: chosen === undefined ? new SortedSymbols([], () => "") : functionsOf(read, chosen, sections[chosen.link]),
    functionStart:
      unwind === undefined ? undefined : parseUnwindTable(read(unwind.offset, unwind.size), unwind.address),
    addressAt: (offset) => addressIn(loaded, offset),
  };
}

function table<T>(read: Read, offset: number, entryBytes: number, entries: number, decode: (entry: Buffer) => T): T[] {
  if (entries === 0) return [];
  const bytes = read(offset, entryBytes * entries);
  return Array.from({ length: entries }, (_, i) => decode(bytes.subarray(i * entryBytes, (i + 1) * entryBytes)));
}

function functionsOf(read: Read, section: Section, stringSection: Section | undefined): SymbolTable {
  const bytes = read(section.offset, section.size);
  const strings = stringSection === undefined ? Buffer.alloc(1) : read(stringSection.offset, stringSection.size);
  const symbols: RawSymbol[] = [];
  const names: number[] = [];
  for (let at = 0; at + SYMBOL_BYTES <= bytes.length; at += SYMBOL_BYTES) {
    const type = bytes.readUInt8(at + 4) & 0xf;
    const isDefined = bytes.readUInt16LE(at + 6) !== 0;
    if (!isDefined || (type !== FUNCTION && type !== INDIRECT_FUNCTION)) continue;
    symbols.push({ address: u64(bytes, at + 8), size: u64(bytes, at + 16) });
    names.push(bytes.readUInt32LE(at));
  }
  return new SortedSymbols(symbols, (index) => {
    const from = names[index] ?? 0;
    return strings.toString("utf8", from, strings.indexOf(0, from));
  });
}

function buildIdOf(read: Read, sections: readonly Section[]): string | undefined {
  for (const section of sections) {
    if (section.type !== SECTION.NOTE || section.size < 16 || section.size > 4096) continue;
    const note = read(section.offset, section.size);
    const nameBytes = note.readUInt32LE(0);
    const idBytes = note.readUInt32LE(4);
    if (note.readUInt32LE(8) !== NOTE_BUILD_ID || note.toString("latin1", 12, 15) !== "GNU") continue;
    const from = 12 + Math.ceil(nameBytes / 4) * 4;
    return note.toString("hex", from, from + idBytes);
  }
  return undefined;
}

function addressIn(segments: readonly Segment[], offset: number): number | undefined {
  const segment = segments.find(({ offset: from, size }) => from <= offset && offset < from + size);
  return segment === undefined ? undefined : offset - segment.offset + segment.address;
}

const u64 = (bytes: Buffer, at: number) => Number(bytes.readBigUInt64LE(at));
