/**
 * Lays out the npm package in FOLDER/npm: the bundle, the BPF objects of every machine it runs on, and a manifest of its
 * own, which asks only for what the bundle does not hold: 4 packages instead of more than 100.
 * Usage: node npm.mjs FOLDER (with what libbpf.sh left there), after a build for x86-64 and for arm64.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { notices } from "./notices.mjs";

/** What of our dependencies is not in the bundle; of the others only the licences are needed. */
const OUTSIDE = ["koffi"];

const [folder] = process.argv.slice(2);
process.chdir(fileURLToPath(new URL("../..", import.meta.url)));
const tree = path.join(folder, "npm");
rmSync(tree, { recursive: true, force: true });

for (const file of ["LICENSE", "README.md", "bin/bpftop"]) copy(file, file);
for (const file of globSync("*.mjs", { cwd: "dist" })) copy(`dist/${file}`, `dist/${file}`);
for (const source of globSync("*/*.bpf.c", { cwd: "bpf" })) {
  const object = source.replace(/\.bpf\.c$/, ".o");
  copy(`dist/bpf/${object}`, `dist/bpf-x64/${object}`);
  copy(`dist/bpf-arm64/${object}`, `dist/bpf-arm64/${object}`);
}
copy(path.join(folder, "libbpf.so"), "dist/libbpf-x64.so");
put("man/bpftop.8", execFileSync("bin/bpftop", ["--generate", "man"]));

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const { name, version, description, license, type, engines, os, bin } = manifest;
const dependencies = Object.fromEntries(OUTSIDE.map((one) => [one, manifest.dependencies[one]]));
const { optionalDependencies } = manifest;
const own = {
  ...{ name, version, description, license, type, private: manifest.private, engines, os, cpu: ["x64", "arm64"], bin },
  ...{ man: ["man/bpftop.8"], dependencies, optionalDependencies },
};
put("package.json", `${JSON.stringify(own, null, 2)}\n`);
const isInside = (one) => !/^(koffi$|@koromix\/|node-linux-)/.test(one);
put("licenses.txt", notices(process.cwd(), folder, isInside));

function copy(from, to) {
  mkdirSync(path.dirname(path.join(tree, to)), { recursive: true });
  copyFileSync(from, path.join(tree, to));
}

function put(file, content) {
  mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
  writeFileSync(path.join(tree, file), content);
}
