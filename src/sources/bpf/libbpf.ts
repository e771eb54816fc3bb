/**
 * The C side: libbpf and the few libc calls it needs, declared for koffi. Nothing above `src/sources/bpf` knows of it.
 * Pointers are BigInts (`void *` comes back as one); libbpf's own calls return a negative errno.
 */
import os from "node:os";
import type { LibraryHandle } from "koffi";
import { koffi, openLibbpf } from "./assets.ts";

/** An address in this process, as koffi gives it; `null` is NULL. */
export type Pointer = bigint | null;

type Call = (...args: readonly unknown[]) => number;
type AsyncCall = Call & { async: (...args: readonly unknown[]) => void };
type PointerCall = (...args: readonly unknown[]) => Pointer;

/** The head of `struct bpf_object_open_opts`; `sz` says how much of it there is. */
export interface OpenOptions {
  readonly sz: number;
  readonly object_name: string;
}

/** The functions of libbpf and libc that bpftop calls, as C declares them. */
export interface Libbpf {
  readonly objectOpen: (bytes: Uint8Array, size: number, options: OpenOptions) => Pointer;
  readonly objectLoad: AsyncCall;
  readonly objectClose: (object: Pointer) => void;
  readonly findProgram: PointerCall;
  readonly findMap: PointerCall;
  readonly nextProgram: PointerCall;
  readonly programName: (program: Pointer) => string;
  readonly setAutoload: Call;
  readonly attachProgram: PointerCall;
  readonly attachPerfEvent: PointerCall;
  readonly destroyLink: Call;
  readonly programFd: Call;
  readonly infoByFd: Call;
  readonly mapFd: Call;
  readonly mapMaxEntries: Call;
  readonly setMapAutocreate: Call;
  readonly initialValue: PointerCall;
  readonly lookupBatch: Call;
  readonly lookup: Call;
  readonly remove: Call;
  readonly possibleCpus: Call;
  readonly loadVmlinuxBtf: { async: (done: (error: unknown, btf: Pointer) => void) => void };
  /** As `v1.1`. */
  readonly version: () => string;
  readonly freeBtf: (btf: Pointer) => void;
  readonly findBtf: Call;
  readonly btfType: PointerCall;
  readonly btfString: (btf: Pointer, offset: number) => string;
  readonly mmap: (...args: readonly unknown[]) => bigint;
  readonly munmap: Call;
}

let loaded: Libbpf | undefined;
let log: string[] = [];

/** The library, loaded at first use. Throws an error in the user's words where it is not installed. */
export function libbpf(): Libbpf {
  loaded ??= load();
  return loaded;
}

/** What libbpf has said since the last call: the verifier's words and libbpf's own. */
export function takeLog(): readonly string[] {
  const said = log;
  log = [];
  return said;
}

/** The text of a (positive or negative) error number: `EPERM`. */
export function errorName(code: number): string {
  const number = Math.abs(code);
  const name = Object.entries(os.constants.errno).find(([, value]) => value === number)?.[0];
  return name ?? `error ${number}`;
}

/** errno of the last call that returned NULL; to be read before anything else is called. */
export function lastErrno(): number {
  return koffi().errno();
}

/** Memory of the kernel or of libbpf as bytes, without a copy; valid as long as what lies behind it. */
export function viewMemory(pointer: Pointer, bytes: number): Uint8Array {
  return new Uint8Array(koffi().view(pointer, bytes));
}

function load(): Libbpf {
  const bpf = openLibbpf();
  const libc = koffi().load("libc.so.6");
  koffi().struct("bpf_object_open_opts", { sz: "size_t", object_name: "const char *" });
  const c = (declaration: string) => bpf.func(declaration) as never;
  silence(bpf, libc);
  return {
    objectOpen: c("void *bpf_object__open_mem(const void *bytes, size_t size, const bpf_object_open_opts *opts)"),
    objectLoad: c("int bpf_object__load(void *object)"),
    objectClose: c("void bpf_object__close(void *object)"),
    findProgram: c("void *bpf_object__find_program_by_name(const void *object, const char *name)"),
    findMap: c("void *bpf_object__find_map_by_name(const void *object, const char *name)"),
    nextProgram: c("void *bpf_object__next_program(const void *object, void *program)"),
    programName: c("const char *bpf_program__name(const void *program)"),
    setAutoload: c("int bpf_program__set_autoload(void *program, bool autoload)"),
    attachProgram: c("void *bpf_program__attach(const void *program)"),
    attachPerfEvent: c("void *bpf_program__attach_perf_event(const void *program, int fd)"),
    destroyLink: c("int bpf_link__destroy(void *link)"),
    programFd: c("int bpf_program__fd(const void *program)"),
    infoByFd: c("int bpf_obj_get_info_by_fd(int fd, void *info, _Inout_ uint32_t *length)"),
    mapFd: c("int bpf_map__fd(const void *map)"),
    mapMaxEntries: c("uint32_t bpf_map__max_entries(const void *map)"),
    setMapAutocreate: c("int bpf_map__set_autocreate(void *map, bool autocreate)"),
    initialValue: c("void *bpf_map__initial_value(void *map, _Out_ size_t *size)"),
    lookupBatch: c(
      "int bpf_map_lookup_batch(int fd, void *in, void *out, void *keys, void *values, _Inout_ uint32_t *count, const void *opts)",
    ),
    lookup: c("int bpf_map_lookup_elem(int fd, const void *key, void *value)"),
    remove: c("int bpf_map_delete_elem(int fd, const void *key)"),
    possibleCpus: c("int libbpf_num_possible_cpus()"),
    loadVmlinuxBtf: c("void *btf__load_vmlinux_btf()"),
    version: c("const char *libbpf_version_string()"),
    freeBtf: c("void btf__free(void *btf)"),
    findBtf: c("int btf__find_by_name_kind(const void *btf, const char *name, uint32_t kind)"),
    btfType: c("void *btf__type_by_id(const void *btf, uint32_t id)"),
    btfString: c("const char *btf__name_by_offset(const void *btf, uint32_t offset)"),
    mmap: libc.func("uintptr_t mmap(void *addr, size_t length, int prot, int flags, int fd, long offset)") as never,
    munmap: libc.func("int munmap(uintptr_t addr, size_t length)") as never,
  };
}

/**
 * libbpf prints to stderr, which is the user's screen; what it says is kept for the case that a load fails.
 * The va_list is a pointer on x86-64 and arm64 alike, so it can be handed on as it comes.
 */
function silence(bpf: LibraryHandle, libc: LibraryHandle): void {
  const vsnprintf = libc.func("int vsnprintf(void *text, size_t size, const char *format, void *arguments)");
  // A verifier's log comes in one piece and ends with the reason; it is read only by whoever writes a program.
  const text = Buffer.alloc(process.env["BPFTOP_DEBUG"] ? 1 << 24 : 1 << 12);
  const print = koffi().proto("int libbpf_print(int level, const char *format, void *arguments)");
  const keep = (_level: number, format: string, args: Pointer): number => {
    const length: number = vsnprintf(text, text.length, format, args);
    log.push(text.toString("utf8", 0, Math.min(length, text.length - 1)).trimEnd());
    if (log.length > 400) log.shift();
    return 0;
  };
  bpf.func("void *libbpf_set_print(libbpf_print *print)")(koffi().register(keep, koffi().pointer(print)));
}
