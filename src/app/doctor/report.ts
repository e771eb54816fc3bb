/** What `bpftop doctor` finds: plain data, which its text and its JSON both are made from. Pure. */
import type { KindTrial } from "../../sources/bpf/kinds.ts";
import type { Right } from "../../sources/proc/rights.ts";
import type { LeftOut, SourceState } from "../../sources/source.ts";

export interface Report {
  /** Of bpftop. */
  readonly version: string;
  readonly kernel: Kernel;
  readonly rights: Rights;
  readonly symbols: Symbols;
  readonly terminal: Terminal;
  /** Undefined where libbpf is not to be had. */
  readonly libbpf: string | undefined;
  /** What BPF maps may take before Linux 5.11, bytes; undefined where there is no limit. */
  readonly lockedMemoryBytes: number | undefined;
  readonly kinds: readonly KindTrial[];
  /** The panes, and the stack screens. */
  readonly tools: readonly Tool[];
  /** The USE summary. */
  readonly summary: Tool;
}

export interface Kernel {
  readonly release: string;
  /** As uname says it: `x86_64`. */
  readonly machine: string;
  readonly btf: boolean;
  /** `none`, `integrity`, `confidentiality`; undefined where the kernel doesn't say. */
  readonly lockdown: string | undefined;
}

export interface Rights {
  readonly uid: number;
  /** Those that bpftop makes use of, by name, and whether they are held. */
  readonly held: Readonly<Record<string, boolean>>;
  /** How many more are held, which it has no use for; by whichever of its threads. */
  readonly others: number;
  readonly noNewPrivileges: boolean;
}

export interface Symbols {
  /** Whether /proc/kallsyms shows the addresses of kernel functions. */
  readonly kernel: boolean;
  /** kernel.kptr_restrict; undefined where it can't be read. */
  readonly kptrRestrict: number | undefined;
  /** Whether there are separate debug files (/usr/lib/debug/.build-id). */
  readonly debugFiles: boolean;
}

export interface Terminal {
  /** The variable TERM. */
  readonly term: string | undefined;
  /** Undefined where the output is no terminal. */
  readonly size: { readonly columns: number; readonly rows: number } | undefined;
  readonly colours: boolean;
  readonly unicode: boolean;
  /** Whether updates are shown all at once (mode 2026); undefined where it was not or can't be asked. */
  readonly synchronized: boolean | undefined;
}

/** A pane, or another part of the screen that needs a source. */
export interface Tool {
  readonly name: string;
  readonly source: string;
  readonly state: SourceState;
  readonly leftOut: readonly LeftOut[];
}

/** Something amiss, and the one thing to do about it. */
export interface Advice {
  readonly about: string;
  readonly todo: string;
}

/** Whether every pane measures all that it is made for. */
export function isWell({ tools }: Report): boolean {
  return tools.every(({ state }) => state.kind === "live");
}

export function adviceOf(report: Report, rights: readonly Right[]): readonly Advice[] {
  return [...toolAdvice(report), ...rightsAdvice(report, rights), ...symbolAdvice(report), ...terminalAdvice(report)];
}

function toolAdvice({ tools: panes, summary, kernel }: Report): readonly Advice[] {
  const tools = [...panes, summary];
  const failed = [...Map.groupBy(tools, ({ state }) => (state.kind === "failed" ? state.why : undefined))];
  const degraded = new Map(tools.map((tool) => [tool.source, tool]));
  return [
    ...failed.flatMap(([why, group]): readonly Advice[] => {
      const state = group[0]?.state;
      if (why === undefined || state?.kind !== "failed") return [];
      return [{ about: `${names(group)}: ${why}`, todo: state.advice }];
    }),
    ...[...degraded.values()].flatMap(({ source, state, leftOut }): readonly Advice[] => {
      if (state.kind !== "degraded") return [];
      const group = tools.filter((tool) => tool.source === source);
      return state.missing.map((gives) => {
        const todo = toGet(
          leftOut.filter((one) => one.gives === gives),
          kernel,
        );
        return { about: `${names(group)}: missing ${gives}`, todo };
      });
    }),
  ];
}

/** What would bring hooks that were left out; none for what comes from /proc, where the kernel is built without it. */
function toGet(hooks: readonly LeftOut[], { lockdown }: Kernel): string {
  if (hooks.length === 0) return "nothing: this kernel is built or booted without it";
  if (!hooks.some(({ why }) => why.startsWith("refused")))
    return `take a kernel with ${hooks.map(hookText).join(" or ")}`;
  if (lockdown === "confidentiality") return "boot with lockdown=integrity, or without";
  return "nothing, where they are forbidden on purpose; else please report it with what bpftop doctor says";
}

const names = (tools: readonly Tool[]) => tools.map(({ name }) => name).join(", ");

/** As `fentry:tcp_splice_read`. */
export function hookText({ kind, hooks }: LeftOut): string {
  return `${kind}:${hooks.join(" ")}`;
}

/** What is needed and not held has made tools fail, which says it already. */
function rightsAdvice({ rights }: Report, all: readonly Right[]): readonly Advice[] {
  if (rights.uid === 0) return [];
  const lacking = all.filter(({ name, when }) => when === "detail" && rights.held[name] === false);
  return lacking.length === 0
    ? []
    : [
        {
          about: `not held: ${lacking.map(({ name, why }) => `${name} (${why})`).join("; ")}`,
          todo: "run it as root: sudo bpftop; or give it these capabilities, too",
        },
      ];
}

function symbolAdvice({ symbols, rights }: Report): readonly Advice[] {
  if (symbols.kernel || rights.held["CAP_SYSLOG"] === false) return [];
  const about = `kernel functions have no names on stacks: kernel.kptr_restrict is ${symbols.kptrRestrict ?? "unknown"}`;
  return [{ about, todo: "sysctl kernel.kptr_restrict=1" }];
}

function terminalAdvice({ terminal }: Report): readonly Advice[] {
  const { term, unicode } = terminal;
  return [
    ...(term === undefined || term === "" || term === "dumb"
      ? [{ about: `no screen: TERM=${term ?? ""}`, todo: "set TERM to what the terminal is, or use bpftop --json" }]
      : []),
    ...(unicode
      ? []
      : [{ about: "the screen is drawn in ASCII: the locale is not UTF-8", todo: "export LC_ALL=C.UTF-8" }]),
  ];
}
