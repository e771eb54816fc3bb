/** Container ids in control group paths, as the usual runtimes name them. */

const ID_CHARACTERS = 12;

/** A runtime's own directory, with the name of the container below it. */
const NAMED = [
  /(?:^|\/)lxc(?:\.payload[./]|\/)([^/]+)/,
  /(?:^|\/)systemd-nspawn@([^/]+)\.service/,
  /(?:^|\/)machine-([^/]+)\.scope/,
];

/**
 * The first 12 characters of the id (docker, podman, containerd, CRI-O and Kubernetes), or the name (LXC, systemd-nspawn,
 * machines of systemd). A Kubernetes pod without its container gives `pod` and the start of its uid.
 */
export function containerOf(cgroup: string): string | undefined {
  // The innermost: a container may run inside another.
  const id = [...cgroup.matchAll(/(?:^|[/:-])([0-9a-f]{64})(?=$|[/.])/g)].at(-1)?.[1];
  if (id !== undefined) return id.slice(0, ID_CHARACTERS);
  const pod = /(?:^|[/-])pod([0-9a-f]{8})[-_]?[0-9a-f]{4}/.exec(cgroup)?.[1];
  if (pod !== undefined) return `pod ${pod}`;
  for (const pattern of NAMED) {
    const name = pattern.exec(cgroup)?.[1];
    if (name !== undefined) return unescapeHex(name);
  }
  return undefined;
}

/**
 * The path below the root in /proc/PID/cgroup. Where both versions are mounted, v2 often has everything at its root, and
 * the memory or systemd hierarchy of v1 knows more. Empty for the root itself; undefined where the file says nothing.
 */
export function cgroupOf(text: string): string | undefined {
  const paths = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):\/(.*)$/.exec(line) ?? [];
    if (path === undefined || controllers === undefined) continue;
    for (const controller of controllers.split(",")) paths.set(controller, path);
  }
  const candidates = [paths.get(""), paths.get("memory"), paths.get("name=systemd")].filter(
    (path) => path !== undefined,
  );
  return candidates.find((path) => path !== "") ?? candidates[0];
}

/** systemd writes odd characters as `\x2d`. */
function unescapeHex(name: string): string {
  return name.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
