/**
 * Makes dist/bpftop_VERSION_ARCH.deb of the one file of `npm run package`: the same from the same commit, byte by byte.
 * Usage: node deb.mjs FOLDER (with what libbpf.sh left there), in a git checkout. Says what it made on stdout.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { needsOf, newestOf } from "./needs.mjs";

/**
 * Debian has another bpftop, by Netflix, which has reached 0.5: without an epoch, `apt upgrade` would put that one in
 * our place. File names leave the epoch out.
 */
const EPOCH = 1;

const [folder] = process.argv.slice(2);
process.chdir(fileURLToPath(new URL("../..", import.meta.url)));
const HOST = `linux-${process.arch}`;
const EXECUTABLE = `dist/bpftop-${HOST}`;
/** What the executable consists of, where it is not Node. */
const PARTS = [`node_modules/@koromix/koffi-${HOST}/linux_${process.arch}/koffi.node`, path.join(folder, "libbpf.so")];
const ARCHITECTURE = { x64: "amd64", arm64: "arm64" }[process.arch];

const { version, description } = JSON.parse(readFileSync("package.json", "utf8"));
const [, synopsis] = description.split(": a ");
const said = (command, args, options) => execFileSync(command, args, { encoding: "utf8", ...options }).trim();
const git = (...args) => said("git", ["-c", "safe.directory=*", ...args]);
const epoch = process.env.SOURCE_DATE_EPOCH || git("log", "-1", "--format=%ct");
const maintainer = git("log", "-1", "--format=%an <%ae>");
const env = { ...process.env, SOURCE_DATE_EPOCH: epoch, LC_ALL: "C.UTF-8" };

const tree = path.join(folder, "deb");
rmSync(tree, { recursive: true, force: true });

const generated = (what) => said(path.resolve(EXECUTABLE), ["--generate", what], { env }).concat("\n");
// The highest level says so in its header, and no name or time is in it.
const gzipped = (text) => gzipSync(text, { level: 9 });

put("usr/share/man/man8/bpftop.8.gz", gzipped(generated("man")));
put("usr/share/bash-completion/completions/bpftop", generated("bash"));
put("usr/share/zsh/vendor-completions/_bpftop", generated("zsh"));
put("usr/share/fish/vendor_completions.d/bpftop.fish", generated("fish"));
put("usr/share/doc/bpftop/copyright", readFileSync(`${EXECUTABLE}.licenses.txt`));
put("usr/share/doc/bpftop/changelog.gz", gzipped(changelog()));
put("usr/share/lintian/overrides/bpftop", readFileSync(new URL("deb.lintian-overrides", import.meta.url)));
mkdirSync(path.join(tree, "usr/bin"), { recursive: true, mode: 0o755 });
copyFileSync(EXECUTABLE, path.join(tree, "usr/bin/bpftop"));
const files = installed();
put("DEBIAN/md5sums", files.map((file) => `${md5(path.join(tree, file))}  ${file}\n`).join(""));
put("DEBIAN/control", control(files));
execFileSync("chmod", ["-R", "u=rwX,go=rX", tree]);

const out = `dist/bpftop_${version}_${ARCHITECTURE}.deb`;
execFileSync("dpkg-deb", ["--root-owner-group", "-Zxz", "--build", tree, out], {
  env,
  stdio: ["ignore", "pipe", "inherit"],
});
process.stdout.write(`${out}: ${Math.round(statSync(out).size / 1e6)} MB; install it with: apt install ./${out}\n`);

function put(file, content) {
  const to = path.join(tree, file);
  mkdirSync(path.dirname(to), { recursive: true });
  writeFileSync(to, content);
}

/** Regular files of the package, from the root of the system, without DEBIAN. */
function installed() {
  return globSync("usr/**", { cwd: tree })
    .filter((file) => statSync(path.join(tree, file)).isFile())
    .sort();
}

function md5(file) {
  return createHash("md5").update(readFileSync(file)).digest("hex");
}

function control(files) {
  const kib = files.reduce((sum, file) => sum + Math.ceil(statSync(path.join(tree, file)).size / 1024), 0);
  return `Package: bpftop
Version: ${EPOCH}:${version}
Architecture: ${ARCHITECTURE}
Maintainer: ${maintainer}
Installed-Size: ${kib}
Depends: ${dependencies()}
Section: admin
Priority: optional
Description: ${synopsis}
${about()}
`;
}

/**
 * What dpkg's own tool makes of the symbols that the executable and its parts want. Of libc it takes functions that moved
 * between glibc's libraries in 2.34 for new ones; what is really needed is the newest symbol version.
 */
function dependencies() {
  const work = path.resolve(folder, "shlibdeps");
  mkdirSync(path.join(work, "debian"), { recursive: true });
  // It reads the file for the architecture alone.
  writeFileSync(path.join(work, "debian/control"), "Source: bpftop\n\nPackage: bpftop\nArchitecture: any\n");
  const elfs = [EXECUTABLE, ...PARTS].map((file) => path.resolve(file));
  const line = said("dpkg-shlibdeps", ["-O", "--warnings=0", ...elfs.map((elf) => `-e${elf}`)], {
    cwd: work,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const glibc = newestOf(elfs.map(needsOf), "GLIBC");
  return line.replace("shlibs:Depends=", "").replace(/libc6 \(>= [^)]+\)/, `libc6 (>= ${glibc})`);
}

/** The README's first paragraph. */
function about() {
  const [, paragraph] = readFileSync("README.md", "utf8").replaceAll("`", "").split("\n\n");
  const other = "This is not the program of the same name by Netflix, which lists BPF programs.";
  return [paragraph.replaceAll("\n", " "), ".", other].map((part) => wrapped(` ${part}`, " ")).join("\n");
}

/** One entry: the commits, newest first. */
function changelog() {
  const commits = git("log", "--format=%s").split("\n");
  const bullets = commits.map((subject) => wrapped(`  * ${subject}`, "    "));
  const date = said("date", ["-R", "-u", "-d", `@${epoch}`]);
  return `bpftop (${EPOCH}:${version}) unstable; urgency=medium\n\n${bullets.join("\n")}\n\n -- ${maintainer}  ${date}\n`;
}

/** Lines of at most 78 columns; each but the first is indented. */
function wrapped(text, indent) {
  const [first = "", ...words] = text.split(/(?<=\S) /);
  let lines = first;
  for (const word of words) {
    const column = lines.length - (lines.lastIndexOf("\n") + 1);
    lines += column + word.length < 78 ? ` ${word}` : `\n${indent}${word}`;
  }
  return lines;
}
