/** The JSON of `bpftop doctor --json`, and its schema: `null` is what is not known or does not apply. Pure. */
import type { Json, JsonObject } from "../outputs/jsonLine.ts";
import { type Schema, counted, described, list, nullable, object, text } from "../outputs/schema.ts";
import { coverageOf } from "../../sources/source.ts";
import { type Advice, type Report, type Tool, isWell } from "./report.ts";

export function reportJson(report: Report, advice: readonly Advice[]): JsonObject {
  const { version, kernel, rights, symbols, terminal, libbpf, lockedMemoryBytes, kinds, tools, summary } = report;
  return {
    version,
    live: isWell(report),
    kernel: { ...kernel, lockdown: kernel.lockdown ?? null },
    rights: { ...rights, held: { ...rights.held } },
    libbpf: libbpf ?? null,
    lockedMemoryBytes: lockedMemoryBytes ?? null,
    symbols: { ...symbols, kptrRestrict: symbols.kptrRestrict ?? null },
    terminal: {
      ...terminal,
      term: terminal.term ?? null,
      size: terminal.size === undefined ? null : { ...terminal.size },
      synchronized: terminal.synchronized ?? null,
    },
    kinds: kinds.map(({ kind, why }) => ({ kind, works: why === undefined, why: why ?? null })),
    panes: tools.map(toolJson),
    summary: toolJson(summary),
    advice: advice.map((one) => ({ ...one })),
  };
}

function toolJson({ name, source, state, leftOut }: Tool): Json {
  const failed = state.kind === "failed" ? state : undefined;
  return {
    name,
    source,
    state: state.kind,
    via: coverageOf(state)?.via ?? [],
    missing: state.kind === "degraded" ? state.missing : [],
    why: failed?.why ?? null,
    advice: failed?.advice ?? null,
    notUsed: leftOut.map((one) => ({ ...one })),
  };
}

const yes: Schema = { type: "boolean" };

const TOOL = object({
  name: text,
  source: described(text, "what feeds it"),
  state: { enum: ["off", "attaching", "live", "degraded", "failed"] },
  via: described(list(text), "the hooks or files in use"),
  missing: described(list(text), "what this kernel could not give"),
  why: described(nullable(text), "why it failed"),
  advice: described(nullable(text), "what to do about it"),
  notUsed: described(
    list(object({ gives: text, kind: text, hooks: list(text), why: text, foreign: yes })),
    "better hooks than those in use, and why they are not; foreign: made for kernels of another form",
  ),
});

export const doctorSchema: Schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "bpftop doctor --json",
  ...object({
    version: described(text, "of bpftop"),
    live: described(yes, "every pane is live; the exit status is then 0"),
    kernel: object({ release: text, machine: text, btf: yes, lockdown: nullable(text) }),
    rights: object({
      uid: counted,
      held: described({ type: "object", additionalProperties: yes }, "capabilities that bpftop makes use of"),
      others: described(counted, "capabilities that are held and have no use"),
      noNewPrivileges: yes,
    }),
    libbpf: described(nullable(text), "its version; null where it is not installed"),
    lockedMemoryBytes: described(nullable(counted), "the limit; null is none"),
    symbols: object({ kernel: yes, kptrRestrict: nullable(counted), debugFiles: yes }),
    terminal: object({
      term: nullable(text),
      size: nullable(object({ columns: counted, rows: counted })),
      colours: yes,
      unicode: yes,
      synchronized: described(nullable(yes), "null: there was no terminal to ask"),
    }),
    kinds: described(
      list(object({ kind: text, works: yes, why: nullable(text) })),
      "of hooks; each was loaded and attached",
    ),
    panes: list(TOOL),
    summary: TOOL,
    advice: list(object({ about: text, todo: text })),
  }),
};
