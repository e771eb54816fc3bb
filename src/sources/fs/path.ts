/** What `bpf/lib/file.h` writes of a file, as people know it. */

const ROOTED = 1;
const DELETED = 2;
const S_IFMT = 0o170000;
const S_IFBLK = 0o060000;
const MINOR_BITS = 20;

/** A path from its names, which come last first: `passwd/etc/` is `/etc/passwd`. `…/` where its beginning had no room. */
export function pathText(names: string, flags: number): string {
  const deleted = flags & DELETED ? " (deleted)" : "";
  if (flags & ROOTED) return `${turned(names)}${deleted}`;
  // A file of no directory, such as memfd_create makes, has just a name, which alone may hold a slash.
  const name = names.replace(/\/$/, "");
  return `${name.includes("/") && !name.startsWith("memfd:") ? `…${turned(names)}` : name}${deleted}`;
}

export function fileType(mode: number): "regular" | "block" {
  return (mode & S_IFMT) === S_IFBLK ? "block" : "regular";
}

/** `major:minor` of the kernel's own device number. */
export function deviceText(dev: number): string {
  return `${dev >>> MINOR_BITS}:${dev & ((1 << MINOR_BITS) - 1)}`;
}

/** An inode number from its two halves. */
export function inodeText(low: number, high: number): string {
  return high === 0 ? String(low) : String((BigInt(high) << 32n) | BigInt(low));
}

/** `c/b/a/` as `/a/b/c`. */
function turned(names: string): string {
  let path = "";
  for (let end = names.length - 1; end > 0; ) {
    const start = names.lastIndexOf("/", end - 1) + 1;
    path += `/${names.slice(start, end)}`;
    end = start - 1;
  }
  return path || "/";
}
