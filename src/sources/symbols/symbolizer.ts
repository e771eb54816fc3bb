/** Names for addresses: the kernel's, and those of any process, in whatever namespace and for as long as it is remembered. */
import { statSync } from "node:fs";
import { basename } from "node:path";
import { monotonicMs } from "../clock.ts";
import { demangle } from "../bpf/demangle.ts";
import { exists } from "../proc/files.ts";
import { CALL_BYTES, directCallTarget } from "./calls.ts";
import { type Elf, bytesOf, readElf } from "./elf.ts";
import { CUT_SHORT, type Frame, cutShort, jitFrame } from "./frame.ts";
import { readKallsyms } from "./kallsyms.ts";
import { type PerfMap, readPerfMap } from "./perfMap.ts";
import { type Mapping, readExecutableMappings } from "./processMaps.ts";
import type { SymbolTable } from "./symbolTable.ts";

const DEBUG_ROOT = "/usr/lib/debug/.build-id";
const MOST_PROCESSES = 512;
const MOST_FILES = 256;
/** More often nobody looks for what a JIT compiler has written down since. */
const PERF_MAP_MS = 1000;

interface KnownProcess {
  mappings: readonly Mapping[];
  perfMap: PerfMap | undefined;
  /** When it was looked at last, CLOCK_MONOTONIC in ms. */
  perfMapAt: number;
}

/** A file's symbols, and why there may be none. */
interface KnownFile {
  readonly elf: Elf | undefined;
  /** When it was last written, in ns since 1970; undefined where that could not be told. */
  readonly writtenNs: bigint | undefined;
  /** Of the separate debug file, where there is one. */
  readonly debug: Elf | undefined;
  /** The bytes before return addresses, by where in the file those are: the same few are on most stacks. */
  readonly code: Map<number, Buffer>;
}

export class Symbolizer {
  #kernel: SymbolTable | undefined;
  #kernelProblem = "symbols are being read";
  readonly #processes = new Map<string, KnownProcess>();
  readonly #files = new Map<string, KnownFile>();
  readonly #mapped = new WeakMap<Mapping, KnownFile>();

  /** Begins to read the kernel's symbols; resolves when they are there or can't be had. */
  async prepare(): Promise<void> {
    try {
      this.#kernel = await readKallsyms();
    } catch (error) {
      this.#kernelProblem = error instanceof Error ? error.message : String(error);
    }
  }

  /** Remembers where a process has its code, while it is still there to say so. Call early: an exited one can't be asked. */
  remember(pid: number, startMs: number): void {
    const key = `${pid}@${startMs}`;
    let known = this.#processes.get(key);
    if (known === undefined) {
      known = { mappings: [], perfMap: undefined, perfMapAt: 0 };
      this.#processes.set(key, known);
      dropOldest(this.#processes, MOST_PROCESSES);
    }
    try {
      const mappings = readExecutableMappings(pid);
      // One that has exited has none any more, until its parent asks.
      if (mappings.length > 0) known.mappings = mappings;
      known.perfMap = readPerfMap(pid, known.perfMap);
    } catch {
      // It is gone: what it said before stays.
    }
  }

  /** How long a process's perf map is, looked at once a second; 0 where there is none. */
  perfMapBytes(pid: number, startMs: number): number {
    const known = this.#processes.get(`${pid}@${startMs}`);
    if (known === undefined) return 0;
    const now = monotonicMs();
    if (now - known.perfMapAt >= PERF_MAP_MS) {
      known.perfMapAt = now;
      known.perfMap = readPerfMap(pid, known.perfMap);
    }
    return known.perfMap?.bytes ?? 0;
  }

  /** `address`: the low 48 bits. */
  kernelFrame(address: number): Frame {
    const found = this.#kernel?.find(address);
    if (found === undefined) {
      return {
        name: `0xffff${hex(address)}`,
        kind: "kernel",
        module: undefined,
        unresolved: this.#kernel ? "not in kallsyms" : this.#kernelProblem,
      };
    }
    const [name = "", module] = found.name.split(/ \[(.*)\]$/);
    return { name, kind: "kernel", module, unresolved: undefined };
  }

  /**
   * A stack in user space, innermost first. Frame pointers leave out whoever called a function that keeps none, such
   * as most of libc. But the call instruction before the next return address says whom it called: where that is
   * another function than the one found, it was on the stack as well, and is put back.
   */
  userStack(pid: number, startMs: number, addresses: readonly number[]): readonly Frame[] {
    const frames: Frame[] = [];
    for (const [depth, address] of addresses.entries()) {
      const called = depth === 0 ? undefined : this.#calledBefore(pid, startMs, address);
      const inner = frames.at(-1);
      // A part that the compiler split off is called by the name of the whole.
      if (called !== undefined && inner !== undefined && !inner.name.startsWith(called.name)) frames.push(called);
      // A return address may lie just behind the end of its function.
      const frame = this.userFrame(pid, startMs, depth === 0 ? address : address - 1);
      frames.push(frame);
      // From here on the frame pointer was used for something else, and what it led to is no stack.
      if (frame.unresolved === CUT_SHORT.noFramePointers) return frames;
    }
    return [...frames, ...missingCallers(frames.at(-1), addresses.length)];
  }

  /** The function whose call returns to this address; undefined where that can't be told from the code. */
  #calledBefore(pid: number, startMs: number, returnAddress: number): Frame | undefined {
    const mapping = this.#mappingOf(pid, startMs, returnAddress);
    if (mapping === undefined || !mapping.path.startsWith("/")) return undefined;
    const offset = returnAddress - mapping.start + mapping.offset;
    const code = this.#codeBefore(pid, mapping, offset);
    const target = code === undefined ? undefined : directCallTarget(code, returnAddress, process.arch);
    if (target === undefined) return undefined;
    const frame = this.userFrame(pid, startMs, target);
    // What has no name there is most likely the way into another file, and no function.
    return frame.unresolved === undefined ? frame : undefined;
  }

  /** The {@link CALL_BYTES} before this byte of a file; undefined where it can't be read. */
  #codeBefore(pid: number, mapping: Mapping, offset: number): Buffer | undefined {
    const known = this.#fileOf(pid, mapping).code;
    let code = known.get(offset);
    if (code === undefined) {
      // The file was perhaps read by way of a process that is gone by now: here it is asked for by this one's.
      code = firstOf(pathsTo(pid, mapping), (path) => bytesOf(path, offset - CALL_BYTES, CALL_BYTES));
      if (code !== undefined) known.set(offset, code);
    }
    return code;
  }

  #mappingOf(pid: number, startMs: number, address: number): Mapping | undefined {
    return this.#processes
      .get(`${pid}@${startMs}`)
      ?.mappings.find(({ start, end }) => start <= address && address < end);
  }

  userFrame(pid: number, startMs: number, address: number): Frame {
    const known = this.#processes.get(`${pid}@${startMs}`);
    const jit = known?.perfMap?.symbols.find(address);
    if (jit !== undefined) return { name: jit.name, kind: "jit", module: undefined, unresolved: undefined };
    const mapping = this.#mappingOf(pid, startMs, address);
    if (known === undefined || mapping === undefined) {
      const isGone = known === undefined || known.mappings.length === 0;
      // Addresses that are none are all one: a number would only tell them apart.
      if (!isGone) return cutShort("noFramePointers");
      const unresolved = "exited before its code could be looked at";
      return { name: "[exited]", kind: "user", module: undefined, unresolved };
    }
    // The kernel's own code in every process: no file, and its name says enough.
    if (mapping.path === "[vdso]") return { name: "[vdso]", kind: "user", module: "[vdso]", unresolved: undefined };
    if (mapping.path === "" || mapping.path.startsWith("//anon") || mapping.path.startsWith("/memfd:")) {
      return jitFrame(known.perfMap !== undefined);
    }
    return this.#inFile(pid, mapping, address);
  }

  #inFile(pid: number, mapping: Mapping, address: number): Frame {
    const module = basename(mapping.path.replace(/ \(deleted\)$/, ""));
    const { elf, debug } = this.#fileOf(pid, mapping);
    const fileOffset = address - mapping.start + mapping.offset;
    const virtual = elf?.addressAt(fileOffset);
    const found = virtual === undefined ? undefined : (debug?.symbols.find(virtual) ?? elf?.symbols.find(virtual));
    if (found !== undefined) return { name: demangle(found.name), kind: "user", module, unresolved: undefined };
    const why =
      elf === undefined
        ? "its file can't be read"
        : elf.complete || debug !== undefined
          ? "not in its symbol table"
          : "stripped";
    const start = virtual === undefined ? undefined : elf?.functionStart?.(virtual);
    return { name: `${module}+0x${hex(start ?? virtual ?? fileOffset)}`, kind: "user", module, unresolved: why };
  }

  #fileOf(pid: number, mapping: Mapping): KnownFile {
    let known = this.#mapped.get(mapping);
    if (known !== undefined) return known;
    const writtenNs = firstOf(pathsTo(pid, mapping), writtenAt);
    known = this.#files.get(mapping.file);
    // A new file may have the number of one that was deleted, as after an upgrade.
    if (known === undefined || (writtenNs !== undefined && writtenNs !== known.writtenNs)) {
      const elf = firstElf(pathsTo(pid, mapping));
      const debug = elf === undefined || elf.complete ? undefined : debugFileOf(pid, elf.buildId);
      known = { writtenNs, elf, debug, code: new Map() };
      this.#files.set(mapping.file, known);
      dropOldest(this.#files, MOST_FILES);
    }
    this.#mapped.set(mapping, known);
    return known;
  }
}

/** As many as the kernel takes of one stack (`STACK_FRAMES` in bpf/lib/stacks.h). */
const MOST_FRAMES = 127;
/** Where threads and programs begin: nobody has called these. */
const BEGINNING =
  /^(_start|__libc_start_(main|call_main)|__libc_start_main_impl|start_thread|__?clone3?|_dl_start(_user)?|thread_start|__restore_rt|runtime\.(goexit|mstart|rt0_go|asmcgocall))\b/;

/** Whether a stack ends where none can end: then something on it keeps no frame pointer. What has no name may be anything. */
function missingCallers(outermost: Frame | undefined, depth: number): readonly Frame[] {
  if (depth >= MOST_FRAMES) return [cutShort("tooDeep")];
  if (outermost === undefined || outermost.unresolved !== undefined || BEGINNING.test(outermost.name)) return [];
  return [cutShort("noFramePointers")];
}

/** Where a process's file can be opened: the very one that is mapped, else what has its name now. */
function pathsTo(pid: number, mapping: Mapping): readonly string[] {
  const range = `${hex(mapping.start)}-${hex(mapping.end)}`;
  return [`/proc/${pid}/map_files/${range}`, `/proc/${pid}/root${mapping.path}`];
}

function writtenAt(path: string): bigint | undefined {
  try {
    return statSync(path, { bigint: true }).mtimeNs;
  } catch {
    return undefined; // the process is gone, or the file
  }
}

function firstOf<T>(paths: readonly string[], get: (path: string) => T | undefined): T | undefined {
  for (const path of paths) {
    const found = get(path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** By build-id, in the process's own root before ours: a container may bring its debug files. */
function debugFileOf(pid: number, buildId: string | undefined): Elf | undefined {
  if (buildId === undefined) return undefined;
  const file = `${DEBUG_ROOT}/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`;
  return firstElf([`/proc/${pid}/root${file}`, file].filter(exists));
}

function firstElf(paths: readonly string[]): Elf | undefined {
  return firstOf(paths, (path) => {
    try {
      return readElf(path);
    } catch {
      return undefined; // the next place may have it
    }
  });
}

function dropOldest<K, V>(map: Map<K, V>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}

const hex = (n: number) => n.toString(16);
