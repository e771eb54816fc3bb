/** One BPF object in the kernel: opened, configured, loaded, attached, closed. */
import path from "node:path";
import { readObject } from "./assets.ts";
import { type Pointer, errorName, lastErrno, libbpf, takeLog, viewMemory } from "./libbpf.ts";
import { onlineCpus, openCpuClock } from "./perfEvent.ts";

/** Where a variable lies in its section, from the generated decoders. */
export interface Variable {
  readonly offset: number;
  readonly size: number;
}

/** What the kernel or libbpf said when it refused; `program` where it can be told whose fault it was. */
export class RefusedError extends Error {
  readonly code: string;
  readonly program: string | undefined;
  /** libbpf was not let look through the BTF of the kernel's modules. */
  readonly wantsModules: boolean;
  constructor(what: string, code: number, program: string | undefined, wantsModules = false) {
    super(`${what}: ${errorName(code)}`);
    this.code = errorName(code);
    this.program = program;
    this.wantsModules = wantsModules;
  }
}

/** `struct bpf_prog_info` of the kernel, up to and with `recursion_misses`. */
const RECURSION_MISSES = 208;
const PROG_INFO_BYTES = RECURSION_MISSES + 8;

/** `sz` and `object_name`, 8 bytes each. */
const OPEN_OPTIONS_BYTES = 16;

/** A handle that must be closed. After {@link close} nothing of the object is left in the kernel. */
export class BpfObject {
  readonly #object: Pointer;
  readonly #links: Pointer[] = [];
  readonly #attached: number[] = [];
  #closed = false;

  /** Opens an object by its stem under `bpf/`: `cpu/sched`. Throws where the file is missing or no BPF object. */
  constructor(stem: string) {
    const bytes = readObject(stem);
    const options = { sz: OPEN_OPTIONS_BYTES, object_name: path.basename(stem) };
    this.#object = libbpf().objectOpen(bytes, bytes.length, options);
    if (!this.#object) throw new RefusedError(`can't open the BPF object ${stem}`, lastErrno(), undefined);
  }

  /** Only these programs will be loaded. Before {@link load}. */
  select(programs: ReadonlySet<string>): void {
    const bpf = libbpf();
    for (let program = bpf.nextProgram(this.#object, null); program; program = bpf.nextProgram(this.#object, program)) {
      bpf.setAutoload(program, programs.has(bpf.programName(program)));
    }
  }

  /** Sets a `const volatile` variable. Before {@link load}. */
  setConstant(variable: Variable, value: number): void {
    const size = new BigUint64Array(1);
    const section = viewMemory(libbpf().initialValue(this.#map(".rodata"), size), Number(size[0]));
    const view = new DataView(section.buffer, section.byteOffset, section.byteLength);
    if (variable.size === 1) view.setUint8(variable.offset, value);
    else if (variable.size === 4) view.setUint32(variable.offset, value, true);
    else view.setBigUint64(variable.offset, BigInt(value), true);
  }

  /** The kernel is not asked for this map. Before {@link load}. */
  leaveOut(map: string): void {
    libbpf().setMapAutocreate(this.#map(map), false);
  }

  /** Hands the object to the kernel on another thread; the event loop goes on. Rejects with {@link RefusedError}. */
  load(): Promise<void> {
    takeLog();
    return new Promise((resolve, reject) => {
      libbpf().objectLoad.async(this.#object, (error: unknown, result: number) => {
        if (!error && result >= 0) resolve();
        else reject(refusal(result ?? 0, takeLog()));
      });
    });
  }

  /** Attaches one loaded program to the hook its section names. */
  attach(program: string): void {
    const bpf = libbpf();
    const handle = bpf.findProgram(this.#object, program);
    if (!handle) throw new Error(`the BPF object has no program ${program}`);
    const link = bpf.attachProgram(handle);
    if (!link) throw new RefusedError(`can't attach ${program}`, lastErrno(), program);
    this.#links.push(link);
    this.#attached.push(bpf.programFd(handle));
  }

  /**
   * Events at which an attached program did not run, since it was just running on that CPU: the kernel lets none
   * interrupt itself. Always 0 on kernels that don't say (before 5.12).
   */
  missed(): number {
    const info = new BigUint64Array(PROG_INFO_BYTES / 8);
    let missed = 0;
    for (const fd of this.#attached) {
      const length = new Uint32Array([PROG_INFO_BYTES]);
      if (libbpf().infoByFd(fd, info.fill(0n), length) >= 0) missed += Number(info[RECURSION_MISSES / 8]);
    }
    return missed;
  }

  /** Runs one loaded program `hz` times a second on every CPU that is online. */
  sample(program: string, hz: number): void {
    const bpf = libbpf();
    const handle = bpf.findProgram(this.#object, program);
    for (const cpu of onlineCpus()) {
      const fd = openCpuClock(cpu, hz);
      if (fd < 0) throw new RefusedError(`can't sample CPU ${cpu}`, fd, program);
      const link = bpf.attachPerfEvent(handle, fd); // which closes the fd with itself
      if (!link) throw new RefusedError(`can't attach ${program}`, lastErrno(), program);
      this.#links.push(link);
    }
  }

  /** The file descriptor of a map of the loaded object; closed with the object. */
  mapFd(map: string): number {
    return libbpf().mapFd(this.#map(map));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const link of this.#links) libbpf().destroyLink(link);
    libbpf().objectClose(this.#object);
  }

  #map(name: string): Pointer {
    const map = libbpf().findMap(this.#object, name);
    if (!map) throw new Error(`the BPF object has no map ${name}`);
    return map;
  }
}

/** `BPFTOP_DEBUG=1` shows all that libbpf and the verifier said, for whoever writes a program. */
function refusal(code: number, log: readonly string[]): RefusedError {
  if (process.env["BPFTOP_DEBUG"]) process.stderr.write(`${log.join("\n")}\n`);
  const wantsModules = log.some((line) => line.includes("failed to iterate BTF objects"));
  return new RefusedError("the kernel refused the BPF programs", code, blamedProgram(log), wantsModules);
}

/** libbpf names the program in its log, not in its return value. */
function blamedProgram(log: readonly string[]): string | undefined {
  for (const line of log) {
    const name = /prog '(\w+)'.*(?:failed|can't|not found)/s.exec(line)?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}
