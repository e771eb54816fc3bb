/** Climbs down the ladder until something holds. */
import type { LeftOut } from "../source.ts";
import { withKernelFacts } from "./kernelFacts.ts";
import { BpfObject, RefusedError, type Variable } from "./object.ts";
import { type AttachPlan, type Candidate, type ProbeKind, type Rung, resolve } from "./plan.ts";

export interface Attached {
  readonly object: BpfObject;
  /** The hooks in use, as `tp_btf:sched_switch`. */
  readonly via: readonly string[];
  readonly unseen: readonly string[];
  /** What optional steps could not give, with the reason. */
  readonly missing: readonly string[];
  /** Better rungs than those in use. */
  readonly leftOut: readonly LeftOut[];
}

/** A required step has no rung that holds. */
export class NoHookError extends Error {
  /** All that was tried, or was not worth a try. */
  readonly leftOut: readonly LeftOut[];
  /** What the kernel said last; undefined where there was nothing to ask it for. */
  readonly refused: RefusedError | undefined;
  readonly hasBtf: boolean;

  constructor(gives: string, leftOut: readonly LeftOut[], refused: RefusedError | undefined, hasBtf: boolean) {
    super(
      !hasBtf
        ? `no hook for ${gives}: this kernel has no BTF (/sys/kernel/btf/vmlinux)`
        : refused === undefined
          ? `this kernel has no hook for ${gives}`
          : `no hook for ${gives} could be used (${refused.message})`,
      { cause: refused },
    );
    this.leftOut = leftOut;
    this.refused = refused;
    this.hasBtf = hasBtf;
  }
}

/** Objects are loaded one after the other: libbpf has one log, and the kernel's verifier gains nothing from a crowd. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Loads an object with the best rung of every step that this kernel accepts, and attaches it.
 * Rejects with {@link NoHookError} where a required step can't be had; nothing stays behind then.
 */
export function attachPlan(
  stem: string,
  plan: AttachPlan,
  variables: Readonly<Record<string, Variable>>,
  only?: ProbeKind,
): Promise<Attached> {
  const attached = queue.then(() =>
    withKernelFacts(async (facts) => climb(stem, plan, variables, resolve(plan, facts, only), facts.hasBtf)),
  );
  queue = attached.catch(() => {});
  return attached;
}

async function climb(
  stem: string,
  plan: AttachPlan,
  variables: Readonly<Record<string, Variable>>,
  candidates: readonly (readonly Candidate[])[],
  hasBtf: boolean,
): Promise<Attached> {
  const ladders = candidates.map((rungs) => rungs.filter(({ why }) => why === undefined).map(({ rung }) => rung));
  const heights = ladders.map(() => 0);
  const refusals = new Map<Rung, RefusedError>();
  const chosen = () => ladders.map((ladder, step) => ladder[heights[step] ?? 0]);
  const last = (step: number) => ladders[step]?.flatMap((rung) => refusals.get(rung) ?? []).at(-1);
  const failure = (step: number, refused: RefusedError | undefined) =>
    new NoHookError(plan[step]?.gives ?? stem, leftOutOf(plan, candidates, [], refusals), refused, hasBtf);

  for (;;) {
    const rungs = chosen();
    for (const [step, rung] of rungs.entries()) {
      if (rung === undefined && !plan[step]?.optional) throw failure(step, last(step));
    }
    const held = rungs.filter((rung) => rung !== undefined);
    const object = new BpfObject(stem);
    try {
      await loadAndAttach(object, held, variables);
      const absent = plan.filter((_, step) => rungs[step] === undefined);
      return {
        object,
        via: held.flatMap((rung) => rung.hooks.map((hook) => `${rung.kind}:${hook}`)),
        unseen: [...held.flatMap((rung) => rung.unseen ?? []), ...absent.flatMap((step) => step.unseenWithout ?? [])],
        missing: absent.filter((step) => step.unseenWithout === undefined).map((step) => step.gives),
        leftOut: leftOutOf(plan, candidates, rungs, refusals),
      };
    } catch (error) {
      object.close();
      if (!(error instanceof RefusedError)) throw error;
      const step = stepToBlame(rungs, ladders, heights, error.program);
      refusals.set(rungs[step ?? 0] as Rung, error);
      if (step === undefined) throw failure(0, error);
      heights[step] = (heights[step] ?? 0) + 1;
    }
  }
}

/** Of each step, the rungs above the chosen one; all where none is. */
function leftOutOf(
  plan: AttachPlan,
  candidates: readonly (readonly Candidate[])[],
  chosen: readonly (Rung | undefined)[],
  refusals: ReadonlyMap<Rung, RefusedError>,
): readonly LeftOut[] {
  return candidates.flatMap((ladder, step) => {
    const held = ladder.findIndex(({ rung }) => rung === chosen[step]);
    return ladder.slice(0, held < 0 ? ladder.length : held).flatMap(({ rung, why, foreign }): readonly LeftOut[] => {
      const refused = refusals.get(rung);
      const reason = why ?? (refused === undefined ? undefined : `refused (${refused.code})`);
      if (reason === undefined) return [];
      return [{ gives: plan[step]?.gives ?? "", kind: rung.kind, hooks: rung.hooks, why: reason, foreign }];
    });
  });
}

async function loadAndAttach(
  object: BpfObject,
  rungs: readonly Rung[],
  variables: Readonly<Record<string, Variable>>,
): Promise<void> {
  const programs = rungs.flatMap((rung) => rung.programs);
  object.select(new Set(programs));
  for (const rung of rungs) {
    for (const map of rung.withoutMaps ?? []) object.leaveOut(map);
    for (const [name, value] of Object.entries(rung.constants ?? {})) {
      const variable = variables[name];
      if (variable === undefined) throw new Error(`the BPF object has no constant ${name}`);
      object.setConstant(variable, value);
    }
  }
  await object.load();
  for (const { programs, hz } of rungs) {
    for (const program of programs) {
      if (hz === undefined) object.attach(program);
      else object.sample(program, hz);
    }
  }
}

/** The step whose program was refused; where the kernel didn't say, the first that has another rung to try. */
function stepToBlame(
  rungs: readonly (Rung | undefined)[],
  ladders: readonly (readonly Rung[])[],
  heights: readonly number[],
  program: string | undefined,
): number | undefined {
  const named = rungs.findIndex((rung) => program !== undefined && rung?.programs.includes(program));
  if (named >= 0) return named;
  const other = ladders.findIndex((ladder, step) => (heights[step] ?? 0) + 1 < ladder.length);
  return other >= 0 ? other : undefined;
}
