/** The kernels that bpftop is tried on beside the machine's own: Debian's, fetched by apt and unpacked, never installed. */
import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** Which Debian brings which kernel. */
export const SUITES = { "5.10": "bullseye", "6.1": "bookworm", "6.12": "trixie", "7.2": "sid" } as const;

export type KernelName = keyof typeof SUITES;

export const KERNELS = Object.keys(SUITES) as readonly KernelName[];

/** An unpacked kernel. */
export interface Kernel {
  readonly name: KernelName;
  /** As `uname -r` says it. */
  readonly release: string;
  /** What is booted. */
  readonly image: string;
  /** Folder that holds `lib/modules/<release>`, with the indexes of depmod. */
  readonly root: string;
}

const MIRROR = "http://deb.debian.org/debian";
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** Outside of the checkout, so that every clone finds it; half a gigabyte for each kernel. */
const CACHE = path.join(process.env["XDG_CACHE_HOME"] || path.join(homedir(), ".cache"), "bpftop/kernels");

/** The newest of its series that Debian has, or the one that was fetched before. Throws where apt can't bring it. */
export function kernelNamed(name: KernelName): Kernel {
  const home = path.join(CACHE, name);
  const root = path.join(home, "root");
  if (!existsSync(root)) fetch(SUITES[name], home, root);
  // What the dependencies brought along for others (cloud, real time) was not asked for: there is one.
  const [release] = readdirSync(path.join(root, "lib/modules"));
  const [image] = globSync(["boot/vmlinuz-*", "lib/modules/*/vmlinuz"].map((place) => path.join(root, place)));
  if (release === undefined || image === undefined) throw new Error(`no kernel in ${root}: remove it and try again`);
  return { name, release, image, root };
}

function fetch(suite: string, home: string, root: string): void {
  process.stderr.write(`fetching the kernel of Debian ${suite} into ${home}\n`);
  for (const folder of ["lists/partial", "archives/partial", "debs"])
    mkdirSync(path.join(home, folder), { recursive: true });
  const list = path.join(home, "sources.list");
  writeFileSync(list, `deb [signed-by=${KEYRING}] ${MIRROR} ${suite} main\n`);
  const options = [
    `Dir::Etc::SourceList=${list}`,
    "Dir::Etc::SourceParts=-",
    `Dir::State::Lists=${path.join(home, "lists")}`,
    `Dir::Cache=${home}`,
    "Acquire::Languages=none",
    "APT::Sandbox::User=root",
  ].flatMap((option) => ["-o", option]);
  const debs = path.join(home, "debs");
  const apt = (tool: string, ...args: string[]) =>
    execFileSync(tool, [...options, ...args], { cwd: debs, stdio: ["ignore", "pipe", "inherit"] }).toString();

  apt("apt-get", "-qq", "update");
  const needs = (name: string) =>
    [
      ...apt("apt-cache", "depends", "--important", name).matchAll(
        /^ *Depends: (linux-(?:image|binary|modules|base)-\d\S+)$/gm,
      ),
    ].map(([, needed]) => needed as string);
  // Up to 6.12 one package holds everything; from 7.x on it only names those of the image and of the modules.
  const packages = needs("linux-image-amd64").flatMap((image) => [image, ...needs(image)]);
  apt("apt-get", "-qq", "download", ...packages);

  const unpacked = path.join(home, "unpacking");
  rmSync(unpacked, { recursive: true, force: true });
  // As on an installed system: some packages still say lib, others usr/lib.
  mkdirSync(path.join(unpacked, "usr/lib"), { recursive: true });
  symlinkSync("usr/lib", path.join(unpacked, "lib"));
  for (const deb of globSync(path.join(debs, "*.deb"))) execFileSync("dpkg-deb", ["--extract", deb, unpacked]);
  for (const release of readdirSync(path.join(unpacked, "lib/modules")))
    execFileSync("depmod", ["--basedir", unpacked, release], { env: { PATH: "/usr/sbin:/sbin:/usr/bin:/bin" } });
  renameSync(unpacked, root);
  for (const done of ["debs", "lists", "archives"]) rmSync(path.join(home, done), { recursive: true });
}
