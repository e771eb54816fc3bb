/** The filesystems that can fill up, from /proc/self/mountinfo. */
import { lines, words } from "./text.ts";

export interface Mount {
  /** Hostile text until painted. */
  readonly path: string;
  readonly type: string;
  /** `/dev/vda1`, `tank/data`, or a word of the filesystem's own. */
  readonly source: string;
  /** `major:minor` as stat(2) has it. */
  readonly device: string;
  /** What of the filesystem is mounted here: `/` unless it is a bind mount or a subvolume. */
  readonly root: string;
  readonly readOnly: boolean;
}

export function parseMounts(mountinfo: string): readonly Mount[] {
  return lines(mountinfo).flatMap((line) => {
    const [before = "", after = ""] = line.split(" - ");
    const [, , device, root, path, options = ""] = words(before);
    const [type, source, superOptions = ""] = words(after);
    if (device === undefined || root === undefined || path === undefined || type === undefined) return [];
    const readOnly = [options, superOptions].some((list) => list.split(",").includes("ro"));
    return [
      {
        path: unescapeOctal(path),
        type,
        source: unescapeOctal(source ?? ""),
        device,
        root: unescapeOctal(root),
        readOnly,
      },
    ];
  });
}

/** Those that keep data on a disk of this machine. Any other kind would have to be asked over the network, or can't fill. */
const ON_DISK = new Set([
  "bcachefs",
  "btrfs",
  "exfat",
  "ext2",
  "ext3",
  "ext4",
  "f2fs",
  "jfs",
  "nilfs2",
  "ntfs3",
  "reiserfs",
  "ubifs",
  "vfat",
  "xfs",
  "zfs",
]);

/**
 * One mount for each filesystem that can fill: on a local disk, or a tmpfs. Left out are what can't be written to, what is
 * mounted over, and network and FUSE filesystems: asking a dead one for its free space would hang for good.
 */
export function fillableMounts(mounts: readonly Mount[]): readonly Mount[] {
  const visible = [...new Map(mounts.map((mount) => [mount.path, mount])).values()];
  const byFilesystem = new Map<string, Mount>();
  for (const mount of visible) {
    if (mount.readOnly || !canFill(mount)) continue;
    const key = filesystemKey(mount);
    const other = byFilesystem.get(key);
    if (other === undefined || preferred(mount, other)) byFilesystem.set(key, mount);
  }
  return [...byFilesystem.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Inside a container the root is an overlay; elsewhere an overlay shows the filesystem below it again. */
function canFill(mount: Mount): boolean {
  return ON_DISK.has(mount.type) || mount.type === "tmpfs" || (mount.type === "overlay" && mount.path === "/");
}

/** Subvolumes of btrfs have devices of their own and share the space of one source; datasets of a ZFS pool likewise. */
function filesystemKey(mount: Mount): string {
  if (mount.type === "zfs") return `zfs ${mount.source.split("/")[0]}`;
  return mount.source.startsWith("/dev/") ? mount.source : mount.device;
}

/** The whole rather than a bind mount of a part; then the shorter path. */
function preferred(a: Mount, b: Mount): boolean {
  if ((a.root === "/") !== (b.root === "/")) return a.root === "/";
  return a.path.length < b.path.length;
}

/** The kernel writes space, tab, newline and backslash in octal. */
function unescapeOctal(text: string): string {
  return text.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
