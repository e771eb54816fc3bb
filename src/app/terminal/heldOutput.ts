import process from "node:process";

type Write = typeof process.stdout.write;

/** Said while the screen is open; more than that is a loop that says the same. */
const LINES_KEPT = 200;

/**
 * Keeps everything but the screen from writing on it: warnings and messages are held back. Returns the function
 * that ends this and gives back what was held.
 */
export function holdOutput(): () => string {
  const held: string[] = [];
  const hold = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    held.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString());
    if (held.length > LINES_KEPT) held.shift();
    const callback = typeof encoding === "function" ? encoding : done;
    if (typeof callback === "function") callback();
    return true;
  }) as Write;
  const stderrWrite = process.stderr.write;
  process.stderr.write = hold;
  const consoles = ["log", "info", "warn", "error", "debug", "trace"] as const;
  const own = consoles.map((name) => console[name]);
  for (const name of consoles) console[name] = (...parts: unknown[]) => void hold(`${parts.map(String).join(" ")}\n`);
  return () => {
    process.stderr.write = stderrWrite;
    for (const [i, name] of consoles.entries()) console[name] = own[i] ?? console[name];
    return held.splice(0).join("");
  };
}
