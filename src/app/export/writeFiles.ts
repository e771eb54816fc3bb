/** Files with what was on the screen: it is nobody else's business. */
import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { Exports } from "./exports.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where files may go, the best first. */
export function exportDirectories(env: Environment, home: string, cwd: string): readonly string[] {
  const state = env["XDG_STATE_HOME"];
  // A relative path is to be ignored, says the XDG specification.
  const base = state !== undefined && path.isAbsolute(state) ? state : path.join(home, ".local/state");
  return [path.join(base, "bpftop"), cwd];
}

/** Says in a sentence where they are, or why they are not. */
export function writeExports(
  exports: Exports,
  directories = exportDirectories(process.env, homedir(), process.cwd()),
): string {
  let problem = "";
  for (const directory of directories) {
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      accessSync(directory, constants.W_OK);
      return `written: ${path.join(directory, write(exports, directory))}`;
    } catch (error) {
      problem ||= error instanceof Error ? error.message : String(error);
    }
  }
  return `nothing written: ${problem}`;
}

/** Where one of the names is taken, even by a link, all get a number. */
function write({ stem, files }: Exports, directory: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}-${number}`;
    try {
      for (const { extension, text } of files) {
        writeFileSync(path.join(directory, `${name}.${extension}`), text, { flag: "wx", mode: 0o600 });
      }
      const extensions = files.map(({ extension }) => extension);
      return extensions.length === 1 ? `${name}.${extensions[0]}` : `${name}.{${extensions.join(",")}}`;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || number >= 1000) throw error;
    }
  }
}
