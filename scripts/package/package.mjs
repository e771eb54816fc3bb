/**
 * Puts everything into one executable: Node, the bundle, koffi's addon, libbpf and the BPF objects.
 * Usage: node package.mjs FOLDER (with what libbpf.sh left there), after a build. Says size and needs on stdout.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { inject } from "postject";
import { needsOf, newestOf } from "./needs.mjs";
import { notices } from "./notices.mjs";

const [folder] = process.argv.slice(2);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HOST = `linux-${process.arch}`;
const OUT = path.join(ROOT, `dist/bpftop-${HOST}`);
const NODE = path.join(ROOT, `node_modules/node-${HOST}/bin/node`);
const LIBBPF = path.join(folder, "libbpf.so");
const ADDON = path.join(ROOT, `node_modules/@koromix/koffi-${HOST}/linux_${process.arch}/koffi.node`);
/** Where Node looks for the script; see its documentation of single executable applications. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

const dist = path.join(ROOT, "dist");
const files = ["*.mjs", "bpf/**/*.o"].flatMap((pattern) => globSync(pattern, { cwd: dist }).sort());
const assets = {
  ...Object.fromEntries(files.map((name) => [name, path.join(dist, name)])),
  "koffi.node": ADDON,
  "libbpf.so": LIBBPF,
};

mkdirSync(folder, { recursive: true });
const blob = path.join(folder, "bpftop.blob");
const config = path.join(folder, "sea.json");
writeFileSync(
  config,
  JSON.stringify({
    // From here, and in order: the executable is the same wherever it is made.
    main: path.relative("", fileURLToPath(new URL("entry.cjs", import.meta.url))),
    output: blob,
    disableExperimentalSEAWarning: true,
    // What the environment has for other programs on Node is not for this one.
    execArgvExtension: "none",
    execArgv: readFileSync(path.join(ROOT, "bin/bpftop"), "utf8").match(/--[a-z-]+=\d+/g),
    assets,
  }),
);
execFileSync(NODE, ["--experimental-sea-config", config], { stdio: "pipe" });

const made = path.join(folder, "bpftop");
copyFileSync(NODE, made);
// Before the injection: strip would cut it off again.
execFileSync("strip", [made]);
await quietly(() => inject(made, "NODE_SEA_BLOB", readFileSync(blob), { sentinelFuse: FUSE }));
chmodSync(made, 0o755);
// A file that runs can't be written to, but another can take its name.
renameSync(made, OUT);
writeFileSync(`${OUT}.licenses.txt`, notices(ROOT, folder));

const elfs = [OUT, ADDON, LIBBPF].map(needsOf);
const libraries = [...new Set(elfs.flatMap((elf) => elf.libraries))].filter((name) => !/^ld-linux/.test(name));
const newest = ["GLIBC", "GLIBCXX"].map((family) => `${family}_${newestOf(elfs, family)}`);
const name = path.relative(process.cwd(), OUT);
process.stdout.write(`${name}: ${Math.round(statSync(OUT).size / 1e6)} MB, for Linux on ${process.arch}
needs ${newest.join(" and ")} (${libraries.sort().join(", ")}); the licences are in ${name}.licenses.txt
`);

/** postject's ELF library warns of section names that Node's binary never had, on stdout and stderr. */
async function quietly(work) {
  const { log, error, warn } = console;
  Object.assign(console, { log() {}, error() {}, warn() {} });
  try {
    await work();
  } finally {
    Object.assign(console, { log, error, warn });
  }
}
