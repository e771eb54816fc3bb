/** Where a process has its code. */
import { readFileSync } from "node:fs";

export interface Mapping {
  readonly start: number;
  readonly end: number;
  /** Offset of `start` in the file, in bytes. */
  readonly offset: number;
  /** `major:minor inode`, as in the file: tells two files of one name apart. */
  readonly file: string;
  /** As the process sees it; `[vdso]` and the like for what is no file; empty for anonymous memory. */
  readonly path: string;
}

/** The executable mappings of a process, in order. Throws where it is gone. */
export function readExecutableMappings(pid: number, root = ""): readonly Mapping[] {
  const mappings: Mapping[] = [];
  for (const line of readFileSync(`${root}/proc/${pid}/maps`, "latin1").split("\n")) {
    // 7f0c1000-7f0c2000 r-xp 00026000 fe:01 1234    /usr/lib/x86_64-linux-gnu/libc.so.6
    const found = /^([0-9a-f]+)-([0-9a-f]+) ..x. ([0-9a-f]+) (\S+) (\d+) *(.*)$/.exec(line);
    if (found === null) continue;
    const [, start = "", end = "", offset = "", device = "", inode = "", path = ""] = found;
    mappings.push({
      start: Number.parseInt(start, 16),
      end: Number.parseInt(end, 16),
      offset: Number.parseInt(offset, 16),
      file: `${device} ${inode}`,
      path: Buffer.from(path, "latin1").toString("utf8"),
    });
  }
  return mappings;
}
