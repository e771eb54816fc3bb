/** What the running kernel offers: the only ground on which a rung of a ladder is chosen or left out. */
import { exists } from "../proc/files.ts";
import { type Pointer, libbpf, viewMemory } from "./libbpf.ts";

const KIND = { PTR: 2, STRUCT: 4, UNION: 5, TYPEDEF: 8, FUNC: 12 } as const;
const BTF_TYPE_BYTES = 12;
const BTF_PARAM_BYTES = 8;

export interface KernelFacts {
  /** Without it there are no types of kernel structures (/sys/kernel/btf/vmlinux), and few programs can be loaded. */
  readonly hasBtf: boolean;
  /**
   * The types of a tracepoint's arguments, as `task_struct *` or `int`; undefined where the kernel has no such
   * tracepoint. Prototypes differ between kernels: choose a program by them, never by the version.
   */
  readonly tracepoint: (name: string) => readonly string[] | undefined;
  /** The same for a kernel function; undefined where it is absent or inlined away. */
  readonly kernelFunction: (name: string) => readonly string[] | undefined;
  /** Whether tracefs has the event, as `irq:softirq_entry`: that needs no BTF. */
  readonly tracefs: (name: string) => boolean;
  /** Whether it was built with kprobes: to try one and be refused means to load everything once more. */
  readonly kprobes: boolean;
}

let users = 0;
let vmlinux: Promise<Pointer> | undefined;

/** Where it is mounted since 4.1, and where it was before. */
const TRACEFS = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

/**
 * Runs `use` with the kernel's facts. The BTF (~11 ms, some MB) is shared by all that use it at the same time and
 * let go after the last.
 */
export async function withKernelFacts<T>(use: (facts: KernelFacts) => Promise<T>): Promise<T> {
  users++;
  try {
    vmlinux ??= loadVmlinux();
    return await use(factsFrom(await vmlinux));
  } finally {
    users--;
    if (users === 0) {
      const last = vmlinux;
      vmlinux = undefined;
      last?.then((btf) => btf && libbpf().freeBtf(btf)).catch(() => {});
    }
  }
}

/** NULL where the kernel has no BTF. */
function loadVmlinux(): Promise<Pointer> {
  return new Promise((resolve) => {
    libbpf().loadVmlinuxBtf.async((error, btf) => resolve(error ? null : btf));
  });
}

function factsFrom(btf: Pointer): KernelFacts {
  const withoutBtf = {
    hasBtf: btf !== null,
    tracefs: (name: string) => TRACEFS.some((root) => exists(`${root}/events/${name.replace(":", "/")}/id`)),
    kprobes: exists("/sys/bus/event_source/devices/kprobe"),
  };
  if (btf === null) return { ...withoutBtf, tracepoint: () => undefined, kernelFunction: () => undefined };
  const bpf = libbpf();

  const typeAt = (id: number) => {
    const pointer = bpf.btfType(btf, id);
    const header = viewMemory(pointer, BTF_TYPE_BYTES);
    const view = new DataView(header.buffer, header.byteOffset);
    const info = view.getUint32(4, true);
    return {
      pointer,
      name: view.getUint32(0, true),
      kind: (info >>> 24) & 0x1f,
      vlen: info & 0xffff,
      type: view.getUint32(8, true),
    };
  };

  const nameOf = (id: number): string => {
    if (id === 0) return "void";
    const type = typeAt(id);
    if (type.kind === KIND.PTR) return `${nameOf(type.type)} *`;
    return bpf.btfString(btf, type.name) || "(anonymous)";
  };

  const argumentsOf = (prototype: number): readonly string[] => {
    const { pointer, vlen } = typeAt(prototype);
    const whole = viewMemory(pointer, BTF_TYPE_BYTES + vlen * BTF_PARAM_BYTES);
    const view = new DataView(whole.buffer, whole.byteOffset);
    return Array.from({ length: vlen }, (_, i) =>
      nameOf(view.getUint32(BTF_TYPE_BYTES + i * BTF_PARAM_BYTES + 4, true)),
    );
  };

  return {
    ...withoutBtf,
    tracepoint(name) {
      const typedef = bpf.findBtf(btf, `btf_trace_${name}`, KIND.TYPEDEF);
      if (typedef < 0) return undefined;
      const prototype = typeAt(typeAt(typedef).type).type;
      return argumentsOf(prototype).slice(1); // the first is the tracepoint's own void *
    },
    kernelFunction(name) {
      const fn = bpf.findBtf(btf, name, KIND.FUNC);
      return fn < 0 ? undefined : argumentsOf(typeAt(fn).type);
    },
  };
}
