/** Undefined for what is absent or no number: never 0 for it. */
export function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** The lines that hold something. */
export function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

/** The words of a line. */
export function words(line: string): readonly string[] {
  return line.trim().split(/\s+/);
}
