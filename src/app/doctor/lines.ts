/** The text of `bpftop doctor`: lines of at most the terminal's width. Pure. */
import { formatValue } from "../../panes/kit/format.ts";
import { type Line, type Style, line, span } from "../../panes/kit/line.ts";
import { wrap } from "../../panes/kit/text.ts";
import { RIGHTS } from "../../sources/proc/rights.ts";
import type { LeftOut, SourceState } from "../../sources/source.ts";
import { type Advice, type Report, type Rights, type Terminal, type Tool, hookText } from "./report.ts";

const LABEL_WIDTH = 10;
/** More hooks or files than this are counted, not named. */
const MOST_NAMED = 6;

const STATES: Readonly<Record<SourceState["kind"], Style>> = {
  live: "ok",
  degraded: "warning",
  failed: "critical",
  off: "unknown",
  attaching: "unknown",
};

export function doctorLines(report: Report, advice: readonly Advice[], width: number): readonly Line[] {
  const { version, kernel, tools } = report;
  const live = tools.filter(({ state }) => state.kind === "live").length;
  const all = live === tools.length;
  const groups = bySource(report);
  const widths = {
    names: 1 + Math.max(...groups.map((group) => namesOf(group).length)),
    state: 1 + Math.max(...groups.map(([tool]) => tool?.state.kind.length ?? 0)),
  };
  return [
    [
      span(`bpftop ${version} on Linux ${kernel.release} ${kernel.machine}: `, "strong"),
      span(`${live} of ${tools.length} panes live`, all ? "ok" : "critical"),
    ],
    ...facts(report).flatMap(([label, text]) => indented(line(label.padEnd(LABEL_WIDTH), "dim"), text, width)),
    ...groups.flatMap((group) => toolLines(group, widths, width)),
    ...leftOutLines(report, width),
    ...advice.flatMap(({ about, todo }) => [
      ...indented([span("! ", "warning")], about, width),
      ...indented([span("  → ", "dim")], todo, width, "strong"),
    ]),
  ];
}

/** A label, and a text beside it over as many lines as it takes. */
function indented(label: Line, text: string, width: number, style: Style = "plain"): readonly Line[] {
  const indent = label.reduce((sum, part) => sum + part.text.length, 0);
  return wrap(text, Math.max(20, width - indent)).map((part, i) => [
    ...(i === 0 ? label : line(" ".repeat(indent))),
    span(part, style),
  ]);
}

function facts({
  kernel,
  rights,
  symbols,
  terminal,
  libbpf,
  lockedMemoryBytes,
  kinds,
}: Report): readonly (readonly [string, string])[] {
  const yes = (is: boolean) => (is ? "yes" : "no");
  const byReason = [...Map.groupBy(kinds, ({ why }) => why)].map(([why, group]) => {
    const some = group.map(({ kind }) => kind).join(", ");
    return why === undefined ? some : `no ${some}: ${why}`;
  });
  const memory = lockedMemoryBytes === undefined ? "unlimited" : formatValue(lockedMemoryBytes, "bytes").trim();
  return [
    [
      "kernel",
      `BTF ${yes(kernel.btf)}, lockdown ${kernel.lockdown ?? "not told"}, libbpf ${libbpf ?? "not there"}, locked memory ${memory}`,
    ],
    ["rights", rightsText(rights)],
    ["hooks", byReason.join("; ") || "–"],
    [
      "symbols",
      `kernel ${symbols.kernel ? "shown" : "hidden"} (kptr_restrict ${symbols.kptrRestrict ?? "–"}), separate debug files ${yes(symbols.debugFiles)}`,
    ],
    ["terminal", terminalText(terminal)],
  ];
}

function rightsText({ uid, held, others, noNewPrivileges }: Rights): string {
  const short = (name: string) => name.replace(/^CAP_/, "").toLowerCase();
  const has = Object.keys(held).filter((name) => held[name]);
  const lacks = RIGHTS.filter(({ name, when }) => !held[name] && when !== "somewhere" && when !== "root").map(
    ({ name }) => name,
  );
  const what =
    lacks.length === 0
      ? "all it uses"
      : has.length === 0
        ? "none it uses"
        : `all it uses but ${lacks.map(short).join(" ")}`;
  const more = others === 0 ? "" : `, and ${others} it has no use for`;
  return `${uid === 0 ? "root" : `user ${uid}`}, capabilities: ${what}${more}${noNewPrivileges ? ", no new ones" : ""}`;
}

function terminalText({ term, size, colours, unicode, synchronized }: Terminal): string {
  const where = size === undefined ? ["output elsewhere"] : [`${size.columns}×${size.rows}`];
  const updates = synchronized === undefined ? [] : [synchronized ? "synchronized output" : "no synchronized output"];
  return [
    term || "TERM not set",
    ...where,
    colours ? "colours" : "no colours",
    unicode ? "UTF-8" : "no UTF-8",
    ...updates,
  ].join(", ");
}

/** Tools fed by one source say the same. */
function bySource({ tools, summary }: Report): readonly (readonly Tool[])[] {
  return [...Map.groupBy([summary, ...tools], ({ source }) => source).values()];
}

const namesOf = (group: readonly Tool[]) => group.map(({ name }) => name).join(" ");

function toolLines(
  group: readonly Tool[],
  widths: { readonly names: number; readonly state: number },
  width: number,
): readonly Line[] {
  const state = group[0]?.state;
  if (state === undefined) return [];
  const label: Line = [
    span(namesOf(group).padEnd(widths.names), "strong"),
    span(state.kind.padEnd(widths.state), STATES[state.kind]),
  ];
  return indented(label, howText(state), width);
}

function howText(state: SourceState): string {
  // Most fail for the same reason, which is told once, with what to do about it.
  if (state.kind === "failed") return "see below";
  if (state.kind === "off" || state.kind === "attaching") return "–";
  const missing = state.kind === "degraded" ? [`missing ${state.missing.join(", ")}`] : [];
  return [viaText(state.coverage.via), ...missing].join("; ");
}

/** A kind is named once: `tp_btf:sched_wakeup sched_switch`. */
function viaText(via: readonly string[]): string {
  const kindOf = (hook: string) => /^[a-z_]+:/.exec(hook)?.[0] ?? "";
  const named = via.length > MOST_NAMED ? via.slice(0, MOST_NAMED / 2) : via;
  const groups = [...Map.groupBy(named, kindOf)];
  const texts = groups.map(([kind, hooks]) => `${kind}${hooks.map((hook) => hook.slice(kind.length)).join(" ")}`);
  return `${texts.join(", ")}${via.length > named.length ? ` and ${via.length - named.length} more` : ""}`;
}

/** Better hooks than those in use: nothing is amiss, but it is asked why. */
function leftOutLines(report: Report, width: number): readonly Line[] {
  return bySource(report).flatMap((group) => {
    const [tool] = group;
    if (tool === undefined || (tool.state.kind !== "live" && tool.state.kind !== "degraded")) return [];
    const lacking = tool.leftOut.filter(({ foreign }) => !foreign);
    const steps = Map.groupBy(lacking, ({ gives }) => gives);
    return [...steps].flatMap(([gives, hooks]) =>
      indented(
        line("not used".padEnd(LABEL_WIDTH), "dim"),
        `${tool.name}, ${gives}: ${reasonsText(hooks)}`,
        width,
        "dim",
      ),
    );
  });
}

/** `fentry:tcp_splice_read: refused (EPERM); …`: hooks with the same reason share it. */
function reasonsText(leftOut: readonly LeftOut[]): string {
  return [...Map.groupBy(leftOut, ({ why }) => why)]
    .map(([why, group]) => `${[...new Set(group.map(hookText))].join(", ")}: ${why}`)
    .join("; ");
}
