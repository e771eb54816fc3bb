/**
 * Boots a kernel under software emulation and runs one command on it. The guest sees this machine's files, read-only
 * under a tmpfs of its own: the checkout with what was built, Node, the tests' tools. What the guest writes is gone
 * with it; it has no network but loopback.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import type { Kernel } from "./kernels.ts";

const HERE = import.meta.dirname;

export interface Boot {
  readonly kernel: Kernel;
  /** Shell text, run in the current directory. */
  readonly command: string;
  /** Arguments of the kernel's command line: `lockdown=confidentiality`. */
  readonly append?: string;
  /** The machine is stopped after this. */
  readonly timeoutMs: number;
  /** Gets what the guest prints, the command's output among it, as it comes. */
  readonly onOutput?: (text: string) => void;
}

export interface Booted {
  /** Exit status of the command; undefined where it came to none in time. */
  readonly status: number | undefined;
  readonly output: string;
}

/** Runs the command on the kernel. Rejects where qemu can't be started. */
export async function boot({ kernel, command, append = "", timeoutMs, onOutput }: Boot): Promise<Booted> {
  const shared = mkdtempSync(path.join(tmpdir(), "bpftop-vm-"));
  try {
    copyFileSync(path.join(HERE, "guest.sh"), path.join(shared, "guest.sh"));
    const environment = { release: kernel.release, root: kernel.root, directory: process.cwd() };
    writeFileSync(path.join(shared, "environment"), assignments(environment));
    writeFileSync(path.join(shared, "command"), command);
    const qemu = start(kernel, initramfs(kernel, shared), shared, append);
    const output = await untilItEnds(qemu, timeoutMs, onOutput);
    const status = path.join(shared, "status");
    return { status: existsSync(status) ? Number(readFileSync(status, "utf8")) : undefined, output };
  } finally {
    rmSync(shared, { recursive: true });
  }
}

const assignments = (values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .map(([name, value]) => `${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join("");

function start(kernel: Kernel, initrd: string, shared: string, append: string): ChildProcess {
  const share = (folder: string, tag: string, readonly: boolean) => [
    "-virtfs",
    `local,path=${folder},mount_tag=${tag},security_model=none,multidevs=remap${readonly ? ",readonly=on" : ""}`,
  ];
  const args = [
    // One thread for both CPUs: with one each, a CPU now and then runs code that the other has just changed as it was
    // before. Kernels died of that where they patch themselves, Node where V8 compiles (4 of 50 starts; 0 of 90 so).
    ...["-accel", "tcg,thread=single", "-cpu", "max", "-smp", "2", "-m", "3072"],
    ...["-kernel", kernel.image, "-initrd", initrd],
    ...["-append", `console=ttyS0 quiet panic=-1 ${append}`],
    ...["-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-serial", "stdio"],
    ...share("/", "root", true),
    ...share(shared, "out", false),
  ];
  return spawn("qemu-system-x86_64", args, { stdio: ["ignore", "pipe", "pipe"] });
}

function untilItEnds(
  qemu: ChildProcess,
  timeoutMs: number,
  onOutput: ((text: string) => void) | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const take = (data: string) => {
      // A serial line ends its lines as a terminal wants it.
      const text = data.replaceAll("\r\n", "\n");
      output += text;
      onOutput?.(text);
    };
    qemu.stdout?.setEncoding("utf8").on("data", take);
    qemu.stderr?.setEncoding("utf8").on("data", take);
    const tooLong = setTimeout(() => qemu.kill("SIGKILL"), timeoutMs);
    qemu.on("error", reject);
    qemu.on("close", () => {
      clearTimeout(tooLong);
      resolve(output);
    });
  });
}

/** What a guest must have before it sees the host's files. */
const FIRST_MODULES = ["virtio_pci", "9pnet_virtio", "9p", "overlay"];

/** Makes the kernel's initramfs in a folder: busybox, {@link FIRST_MODULES}, init.sh. Returns its path. */
function initramfs(kernel: Kernel, folder: string): string {
  const root = path.join(folder, "initramfs");
  for (const name of ["bin", "modules", "proc", "sys", "dev", "host", "upper", "root"])
    mkdirSync(path.join(root, name), { recursive: true });
  copyFileSync("/bin/busybox", path.join(root, "bin/busybox"));
  execFileSync(path.join(root, "bin/busybox"), ["--install", path.join(root, "bin")]);
  modulesFor(FIRST_MODULES, kernel).forEach((module, place) => {
    const name = `${String(place).padStart(2, "0")}-${path.basename(module).replace(/\.ko.*/, ".ko")}`;
    writeFileSync(path.join(root, "modules", name), uncompressed(module));
  });
  copyFileSync(path.join(HERE, "init.sh"), path.join(root, "init"));
  chmodSync(path.join(root, "init"), 0o755);
  const image = path.join(folder, "initramfs.cpio");
  const names = execFileSync("find", [".", "-print0"], { cwd: root });
  writeFileSync(
    image,
    execFileSync("cpio", ["--quiet", "--null", "--create", "--format=newc"], {
      cwd: root,
      input: names,
      maxBuffer: 1 << 28,
    }),
  );
  rmSync(root, { recursive: true });
  return image;
}

/** The files of modules and of what they need, in the order in which they are to be loaded. */
function modulesFor(names: readonly string[], { root, release }: Kernel): readonly string[] {
  const modprobe = ["--dirname", root, "--set-version", release, "--show-depends", "--all", ...names];
  const said = execFileSync("/sbin/modprobe", modprobe).toString();
  return [...new Set([...said.matchAll(/^insmod (\S+)/gm)].map(([, file]) => file as string))];
}

function uncompressed(module: string): Buffer {
  if (module.endsWith(".xz")) return execFileSync("xz", ["--decompress", "--stdout", module], { maxBuffer: 1 << 26 });
  return module.endsWith(".gz") ? gunzipSync(readFileSync(module)) : readFileSync(module);
}
