/** Shared libraries that are in memory and must be loaded from a file: the dynamic loader knows no other way. */
import { randomUUID } from "node:crypto";
import { closeSync, constants, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { SetupError } from "./setupError.ts";

/** A file that has no name from the start; the same number on x86-64 and arm64, and not among Node's. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

/** What the dynamic loader says of a file system mounted noexec. */
const NOEXEC = /failed to map segment/;

/**
 * Writes a library into the first directory that lets `load` load it, and returns what that returns. Nothing stays
 * behind. Throws {@link SetupError} where every directory refuses, and `load`'s own error where the library is at fault.
 */
export function fromAnyDirectory<T>(
  bytes: Uint8Array,
  load: (file: string) => T,
  directories: readonly string[] = candidates(),
): T {
  const refusals: string[] = [];
  for (const directory of directories) {
    try {
      return fromUnnamedFile(directory, bytes, load) ?? fromNamedFile(directory, bytes, load);
    } catch (error) {
      const why = obstacle(error);
      if (why === undefined) throw error;
      refusals.push(`${directory} (${why})`);
    }
  }
  throw new SetupError(
    `no directory is both writable and mounted without noexec: ${refusals.join(", ")}`,
    "set TMPDIR to one that is",
  );
}

/** Memory first: there is nothing to write to a disk. /run and /dev are root's last resort. */
function candidates(): readonly string[] {
  const { XDG_RUNTIME_DIR, HOME } = process.env;
  const runtime = XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.()}`;
  const own = path.dirname(process.execPath);
  const all = ["/dev/shm", runtime, tmpdir(), "/tmp", "/var/tmp", own, HOME, "/run", "/dev"];
  return [...new Set(all.filter((directory) => directory !== undefined).filter(path.isAbsolute))];
}

/** Undefined where the file system has no unnamed files. */
function fromUnnamedFile<T>(directory: string, bytes: Uint8Array, load: (file: string) => T): T | undefined {
  let fd: number;
  try {
    fd = openSync(directory, O_TMPFILE | constants.O_RDWR, 0o700);
  } catch (error) {
    if (["ENOTSUP", "EISDIR", "EINVAL"].includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
  try {
    writeFileSync(fd, bytes);
    // It stays open: the loader takes a second library under the same name for the first.
    return load(`/proc/self/fd/${fd}`);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Without a directory of its own: where the file system only hides what is removed while in use, that would stay. */
function fromNamedFile<T>(directory: string, bytes: Uint8Array, load: (file: string) => T): T {
  const file = path.join(directory, `bpftop-${randomUUID()}.so`);
  try {
    writeFileSync(file, bytes, { mode: 0o700, flag: "wx" });
    return load(file);
  } finally {
    rmSync(file, { force: true });
  }
}

/** What is wrong with the directory; undefined where it is not the directory. */
function obstacle(error: unknown): string | undefined {
  if (error instanceof Error && NOEXEC.test(error.message)) return "noexec";
  switch (codeOf(error)) {
    case "ENOENT":
    case "ENOTDIR":
      return "absent";
    case "EROFS":
      return "read-only";
    case "EACCES":
    case "EPERM":
      return "not writable";
    case "ENOSPC":
    case "EDQUOT":
      return "full";
    default:
      return undefined;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
