/** Climbs down the ladder until something holds. */
import { withKernelFacts } from "./kernelFacts.ts";
import { BpfObject, RefusedError, type Variable } from "./object.ts";
import { type AttachPlan, type ProbeKind, type Rung, resolve } from "./plan.ts";

export interface Attached {
  readonly object: BpfObject;
  /** The hooks in use, as `tp_btf:sched_switch`. */
  readonly via: readonly string[];
  readonly unseen: readonly string[];
  /** What optional steps could not give, with the reason. */
  readonly missing: readonly string[];
}

/** Objects are loaded one after the other: libbpf has one log, and the kernel's verifier gains nothing from a crowd. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Loads an object with the best rung of every step that this kernel accepts, and attaches it.
 * Rejects with an Error in words where a required step can't be had; nothing stays behind then.
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
  ladders: readonly (readonly Rung[])[],
  hasBtf: boolean,
): Promise<Attached> {
  const heights = ladders.map(() => 0);
  const refusals: (RefusedError | undefined)[] = ladders.map(() => undefined);
  const chosen = () => ladders.map((ladder, step) => ladder[heights[step] ?? 0]);

  for (;;) {
    const rungs = chosen();
    for (const [step, rung] of rungs.entries()) {
      if (rung === undefined && !plan[step]?.optional) throw failure(plan[step]?.gives ?? stem, refusals[step], hasBtf);
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
      };
    } catch (error) {
      object.close();
      if (!(error instanceof RefusedError)) throw error;
      const step = stepToBlame(rungs, ladders, heights, error.program);
      if (step === undefined) throw failure(plan[0]?.gives ?? stem, error, hasBtf);
      refusals[step] = error;
      heights[step] = (heights[step] ?? 0) + 1;
    }
  }
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

function failure(gives: string, refused: RefusedError | undefined, hasBtf: boolean): Error {
  if (!hasBtf) return new Error(`no hook for ${gives}: this kernel has no BTF (/sys/kernel/btf/vmlinux)`);
  if (refused === undefined) return new Error(`this kernel has no hook for ${gives}`);
  return new Error(`no hook for ${gives} could be used (${refused.message})`, { cause: refused });
}
