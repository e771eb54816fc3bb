/** From a declaration to a live source: what every BPF source has in common. */
import { monotonicMs } from "../clock.ts";
import type { ProcessId } from "../process.ts";
import type { Coverage, LeftOut, Snapshot, Source, SourceState } from "../source.ts";
import { type Attached, NoHookError, attachPlan } from "./attach.ts";
import type { Layout } from "./decode.ts";
import { GlobalVariables, HashMap, PerCpuArray, StackMap } from "./maps.ts";
import type { Variable } from "./object.ts";
import { failureOf } from "./obstacle.ts";
import type { AttachPlan, ProbeKind } from "./plan.ts";

/** What the generated decoders say of an object. */
export interface ObjectLayout {
  readonly maps: Readonly<Record<string, { readonly maxEntries: number }>>;
  readonly bss: Readonly<Record<string, Variable>>;
  readonly rodata: Readonly<Record<string, Variable>>;
}

/** The maps of a live object, by their C names. */
export interface Maps {
  readonly hash: <K, V extends { readonly last_ns: number }>(
    name: string,
    key: Layout<K>,
    value: Layout<V>,
    keepsIdle?: boolean,
  ) => HashMap<K, V>;
  readonly stacks: () => StackMap;
  readonly perCpu: <V>(name: string, value: Layout<V>) => PerCpuArray<V>;
}

export interface BpfSourceDeclaration<S> {
  readonly id: string;
  /** Stem of the object under `bpf/`: `cpu/sched`. */
  readonly object: string;
  readonly layout: ObjectLayout;
  readonly plan: AttachPlan;
  /** What no rung can see, in the user's words. */
  readonly unseen?: readonly string[];
  /** The processes that appear in the data, for naming them. */
  readonly processes?: (data: S) => readonly ProcessId[];
  /** Called once per attach; returns the function that reads everything, cumulative since attach. */
  readonly open: (maps: Maps) => () => S;
}

/** `BPFTOP_HOOKS=raw_tp`, or `--hooks raw_tp`, keeps every step that can to one kind of hook: for tests of a rung. */
const onlyHooks = () => (process.env["BPFTOP_HOOKS"] || undefined) as ProbeKind | undefined;

/** A {@link Source} over one BPF object. */
export function bpfSource<S>(declaration: BpfSourceDeclaration<S>): Source<S> {
  return new BpfSource(declaration);
}

interface Live<S> {
  readonly attached: Attached;
  readonly variables: GlobalVariables;
  readonly read: () => S;
}

class BpfSource<S> implements Source<S> {
  readonly id: string;
  readonly #declaration: BpfSourceDeclaration<S>;
  #state: SourceState = { kind: "off" };
  #live: Live<S> | undefined;
  #leftOut: readonly LeftOut[] = [];
  /** Tells an attach that was overtaken by a detach to let go again. */
  #generation = 0;

  constructor(declaration: BpfSourceDeclaration<S>) {
    this.id = declaration.id;
    this.#declaration = declaration;
  }

  processes(data: S): readonly ProcessId[] {
    return this.#declaration.processes?.(data) ?? [];
  }

  async attach(): Promise<void> {
    if (this.#state.kind !== "off" && this.#state.kind !== "failed") return;
    const { object, plan, layout } = this.#declaration;
    const generation = ++this.#generation;
    this.#state = { kind: "attaching" };
    try {
      const attached = await attachPlan(object, plan, layout.rodata, onlyHooks());
      if (generation !== this.#generation) attached.object.close();
      else this.#open(attached);
    } catch (error) {
      if (generation === this.#generation) this.#fail(error);
    }
  }

  read(): Snapshot<S> {
    const at = monotonicMs();
    if (this.#live === undefined) return { at, state: this.#state, lost: 0, data: undefined };
    try {
      const data = this.#live.read();
      const uncounted = this.#live.variables.u64(this.#declaration.layout.bss["lost"]?.offset ?? 0);
      const lost = uncounted + this.#live.attached.object.missed();
      return { at, state: this.#state, lost, data };
    } catch (error) {
      this.detach();
      this.#fail(error);
      return { at, state: this.#state, lost: 0, data: undefined };
    }
  }

  leftOut(): readonly LeftOut[] {
    return this.#leftOut;
  }

  detach(): void {
    this.#generation++;
    this.#state = { kind: "off" };
    this.#live?.variables.close();
    this.#live?.attached.object.close();
    this.#live = undefined;
  }

  #fail(error: unknown): void {
    this.#state = { kind: "failed", ...failureOf(error) };
    this.#leftOut = error instanceof NoHookError ? error.leftOut : [];
  }

  #open(attached: Attached): void {
    this.#leftOut = attached.leftOut;
    const { layout, open, unseen } = this.#declaration;
    const maps: Maps = {
      hash: (name, key, value, keepsIdle) =>
        new HashMap(attached.object.mapFd(name), layout.maps[name]?.maxEntries ?? 0, key, value, keepsIdle),
      stacks: () => new StackMap(attached.object.mapFd("stacks"), attached.object.mapFd("more_stacks")),
      perCpu: (name, value) => new PerCpuArray(attached.object.mapFd(name), value),
    };
    const variables = new GlobalVariables(attached.object.mapFd(".bss"), bytesOf(layout.bss));
    const coverage: Coverage = {
      via: attached.via,
      sinceMs: Date.now(),
      unseen: [...(unseen ?? []), ...attached.unseen],
    };
    this.#live = { attached, variables, read: open(maps) };
    this.#state =
      attached.missing.length === 0
        ? { kind: "live", coverage }
        : { kind: "degraded", coverage, missing: attached.missing };
  }
}

function bytesOf(section: Readonly<Record<string, Variable>>): number {
  return Math.max(...Object.values(section).map((variable) => variable.offset + variable.size));
}
