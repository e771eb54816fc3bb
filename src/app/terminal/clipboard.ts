/** The user's own clipboard, through SSH and tmux: OSC 52, which the terminal in front of the user carries out. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Of base64. Terminals and tmux drop what is longer. */
const MOST_ENCODED = 74_000;
const MOST_BYTES = (MOST_ENCODED / 4) * 3;
/** tmux answers at once or is not to be waited for. */
const ANSWER_MS = 500;

/** `plain`: the terminal, or a tmux that takes it. `through`: wrapped, for a tmux that passes on but does not take it. */
export type Way = "plain" | "through" | "refused";

export interface Copy {
  readonly sequence: string;
  readonly lines: number;
  /** Of how many; fewer are copied where it is too long. */
  readonly of: number;
}

/** Whole lines, as many as a terminal takes. */
export function osc52(text: string, way: Way): Copy {
  const lines = text.split("\n").filter((line, i, all) => i < all.length - 1 || line !== "");
  let bytes = 0;
  const kept = lines.findIndex((line) => {
    bytes += Buffer.byteLength(line) + 1;
    return bytes > MOST_BYTES;
  });
  const taken = kept < 0 ? lines : lines.slice(0, kept);
  const encoded = Buffer.from(taken.map((line) => `${line}\n`).join("")).toString("base64");
  const plain = `\u001b]52;c;${encoded}\u0007`;
  // Within the wrapping every escape is doubled.
  const wrapped = `\u001bPtmux;${plain.replaceAll("\u001b", "\u001b\u001b")}\u001b\\`;
  return { sequence: way === "through" ? wrapped : plain, lines: taken.length, of: lines.length };
}

export function wayOf(setClipboard: string, allowPassthrough: string): Way {
  if (setClipboard === "on") return "plain";
  return allowPassthrough === "on" || allowPassthrough === "all" ? "through" : "refused";
}

/** Asks tmux, where there is one. */
export async function clipboardWay(env: Readonly<Record<string, string | undefined>>): Promise<Way> {
  if (!env["TMUX"]) return "plain";
  const pane = env["TMUX_PANE"];
  const [clipboard, passthrough] = await Promise.all([
    answer(["show-options", "-sv", "set-clipboard"]),
    answer(["show-options", "-Apv", ...(pane ? ["-t", pane] : []), "allow-passthrough"]),
  ]);
  // Another user's tmux, as under sudo, says nothing: then it is tried.
  return clipboard === undefined ? "plain" : wayOf(clipboard, passthrough ?? "off");
}

/** What the user is to know. */
export function copyMessage({ lines, of }: Copy, way: Way): string {
  if (way === "refused") return "not copied: tmux keeps it to itself; tmux set -s set-clipboard on allows it";
  const many = lines === of ? `${lines} lines` : `${lines} of ${of} lines, as many as a terminal takes,`;
  return `sent ${many} to the terminal for its clipboard (OSC 52${way === "through" ? " through tmux" : ""})`;
}

async function answer(args: readonly string[]): Promise<string | undefined> {
  try {
    return (await promisify(execFile)("tmux", [...args], { timeout: ANSWER_MS })).stdout.trim();
  } catch {
    return undefined;
  }
}
