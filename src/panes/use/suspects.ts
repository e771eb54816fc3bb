import type { ProcessId } from "../../sources/process.ts";
import type { Suspect } from "./report.ts";
import { spoken } from "./row.ts";

const MOST_SUSPECTS = 3;
/** Whoever has less of it than this is no suspect. */
const LEAST_SHARE = 0.1;
/** One that has this much of what all of its name have is named alone. */
const ALONE_SHARE = 0.8;

/**
 * Those with the largest part of something, and what they have of it: `93 % of bytes`. Many workers of one name count
 * together, since each alone has little: `96 % of CPU demand with 31 more of its name`. PID 0 is nobody.
 *
 * @param whole what the shares are of; what all these processes have together where it is not said
 */
export function suspectsBy<P extends ProcessId>(
  processes: readonly P[],
  held: (process: P) => number,
  what: string,
  whole = processes.reduce((sum, process) => sum + held(process), 0),
): readonly Suspect[] {
  if (whole <= 0) return [];
  const named = processes.filter((process) => process.pid !== 0 && held(process) > 0);
  return [...Map.groupBy(named, (process) => process.comm).values()]
    .map((group) => suspectOf(group, held))
    .filter((suspect) => suspect.held >= whole * LEAST_SHARE)
    .toSorted((a, b) => b.held - a.held)
    .slice(0, MOST_SUSPECTS)
    .map(({ process: { pid, startMs, comm }, held, others }) => ({
      process: { pid, startMs, comm },
      share: `${spoken(Math.round(Math.min(100, (100 * held) / whole)), "percent")} ${what}${others === 0 ? "" : ` with ${others} more of its name`}`,
    }));
}

/** The largest of a name, alone or for all of them. */
function suspectOf<P extends ProcessId>(group: readonly P[], held: (process: P) => number) {
  const [first, ...rest] = group;
  const process = rest.reduce((largest, one) => (held(one) > held(largest) ? one : largest), first as P);
  const all = group.reduce((sum, one) => sum + held(one), 0);
  const alone = held(process) >= all * ALONE_SHARE;
  return alone ? { process, held: held(process), others: 0 } : { process, held: all, others: rest.length };
}
