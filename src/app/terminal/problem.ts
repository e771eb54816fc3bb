import process from "node:process";

/** Why there can be no screen here, in one line with what to do instead; undefined where there can. */
export function terminalProblem(): string | undefined {
  if (!process.stdout.isTTY) return "the output is not a terminal; for pipes and files there is bpftop --json";
  if (!process.stdin.isTTY)
    return "the input is not a terminal, so no key could be read; for scripts there is bpftop --json";
  const { TERM } = process.env;
  if (TERM === undefined || TERM === "" || TERM === "dumb") {
    return `this terminal can't place text (TERM=${TERM ?? ""}); set TERM to what it is, or use bpftop --json`;
  }
  return undefined;
}
