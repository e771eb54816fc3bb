/** The summary in one sentence. */
import type { Resource } from "../pane.ts";
import type { UseRow, Verdict } from "./report.ts";
import { counted, spoken } from "./row.ts";
import { isTrouble, rank, worst } from "./thresholds.ts";

/**
 * Of equally bad rows the likelier cause comes first: too little memory shows as disk I/O and slow CPUs, a full filesystem
 * or a limit as errors everywhere, a saturated disk as waiting in everything above it.
 */
const CAUSES_FIRST: readonly Resource[] = ["memory", "filesystem", "limits", "disk", "cpu", "network", "tcp"];
const MOST_SUSPECTS = 2;

const NAMES: Record<Resource, string> = {
  cpu: "CPU",
  memory: "memory",
  disk: "disk",
  network: "network",
  tcp: "TCP",
  filesystem: "filesystem",
  limits: "limit on",
};

/** `disk vda saturated: queue 14 ms p99, fio[4242] 93 % of bytes → biotop`. */
export function verdictOf(rows: readonly UseRow[]): Verdict {
  const [row, second] = rows.filter((candidate) => isTrouble(candidate.severity)).toSorted(worstFirst);
  if (row === undefined) return noTrouble(rows);
  const also = second !== undefined && comparable(row, second) ? `; also ${nameOf(second)} ${second.finding}` : "";
  const suspects = row.suspects
    .slice(0, MOST_SUSPECTS)
    .map(({ process, share }) => `, ${process.comm}[${process.pid}] ${share}`)
    .join("");
  const pane = row.pane === undefined ? "" : ` → ${row.pane}`;
  return { severity: row.severity, text: `${nameOf(row)} ${row.finding}${suspects}${pane}${also}`, row };
}

function worstFirst(a: UseRow, b: UseRow): number {
  return rank(b.severity) - rank(a.severity) || CAUSES_FIRST.indexOf(a.resource) - CAUSES_FIRST.indexOf(b.resource);
}

/** A notice beside a notice is not worth the room. */
function comparable(row: UseRow, second: UseRow): boolean {
  return second.severity === row.severity && row.severity !== "notice";
}

function nameOf({ resource, instance }: UseRow): string {
  return instance === "" ? NAMES[resource] : `${NAMES[resource]} ${instance}`;
}

function noTrouble(rows: readonly UseRow[]): Verdict {
  const known = rows.filter((row) => row.severity !== "unknown");
  if (known.length === 0) return { severity: "unknown", text: "measuring", row: undefined };
  const unknown = rows.filter((row) => row.severity === "unknown").map(nameOf);
  const blind = unknown.length === 0 ? "" : `; not known: ${unknown.join(", ")}`;
  return {
    severity: worst(known.map((row) => row.severity)),
    text: `no resource in trouble: ${checked(known)}${blind}`,
    row: undefined,
  };
}

/** CPU and memory with their numbers, the others by how many there are. */
function checked(rows: readonly UseRow[]): string {
  const parts: string[] = [];
  for (const resource of Object.keys(NAMES) as Resource[]) {
    const ofResource = rows.filter((row) => row.resource === resource);
    if (ofResource.length > 0) parts.push(summary(resource, ofResource));
  }
  return parts.join(", ");
}

function summary(resource: Resource, rows: readonly UseRow[]): string {
  const first = rows[0]?.utilization[0];
  const level = first?.value === undefined ? "" : ` ${spoken(Math.round(first.value), first.unit)} ${first.label}`;
  switch (resource) {
    case "cpu":
    case "memory":
      return `${NAMES[resource]}${level}`;
    case "disk":
      return counted(rows.length, "disk");
    case "network":
      return counted(rows.length, "interface");
    case "tcp":
      return "TCP";
    case "filesystem":
      return counted(rows.length, "filesystem");
    case "limits":
      return counted(rows.length, "limit");
  }
}
