/**
 * Builds what is older than its sources: the BPF objects, their decoders, the bundle.
 * Usage: node scripts/build.mjs [--arch x86|arm64] (another machine's BPF objects, into dist/bpf-arm64)
 */
import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { decoders } from "./decoders.mjs";
import { syscallModule } from "./syscalls.mjs";

const HOST = { x64: "x86", arm64: "arm64" }[process.arch];
const HEADERS = { x86: "/usr/include/x86_64-linux-gnu", arm64: "/usr/include/aarch64-linux-gnu" };

const { arch } = parseArgs({ options: { arch: { type: "string", default: HOST } } }).values;
process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const newest = (files) => Math.max(...files.map((file) => statSync(file).mtimeMs));
const isFresh = (made, from) => existsSync(made) && statSync(made).mtimeMs >= newest(from);
const bpftool = ["/usr/sbin/bpftool", "/usr/bin/bpftool"].find(existsSync) ?? "bpftool";

function buildObject(source) {
  const stem = path.relative("bpf", source).replace(/\.bpf\.c$/, "");
  const folder = arch === HOST ? "dist/bpf" : `dist/bpf-${arch}`;
  const object = `${folder}/${stem}.o`;
  const decoder = `src/sources/gen/${stem}.ts`;
  const from = [source, ...globSync("bpf/lib/*.h"), "scripts/build.mjs", "scripts/decoders.mjs"];
  if (isFresh(object, from) && (arch !== HOST || isFresh(decoder, from))) return;

  process.stderr.write(`bpftop: compiling bpf/${stem}.bpf.c\n`);
  mkdirSync(path.dirname(object), { recursive: true });
  const unlinked = `${object}.unlinked`;
  const include = ["-Ibpf/lib", `-I${existsSync(HEADERS[arch]) ? HEADERS[arch] : HEADERS[HOST]}`];
  const flags = [
    "-g",
    "-O2",
    "-target",
    "bpf",
    // The objects are the same wherever they are built.
    `-ffile-prefix-map=${process.cwd()}=.`,
    `-D__TARGET_ARCH_${arch}`,
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wno-unused-parameter",
  ];
  execFileSync("clang", [...flags, ...include, "-c", source, "-o", unlinked], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  // Linking alone gives the variables their offsets, and leaves the DWARF behind.
  execFileSync(bpftool, ["gen", "object", object, unlinked]);
  if (arch !== HOST) return;

  const btf = JSON.parse(
    execFileSync(bpftool, ["-j", "btf", "dump", "file", object], { maxBuffer: 1 << 26 }).toString(),
  );
  mkdirSync(path.dirname(decoder), { recursive: true });
  writeFileSync(decoder, decoders(btf, `bpf/${stem}.bpf.c`));
}

function nameSyscalls() {
  const made = "src/sources/gen/syscalls.ts";
  const headers = ["/usr/include/asm-generic/unistd.h", ...globSync(`${HEADERS[HOST]}/asm/unistd*.h`)];
  if (isFresh(made, [...headers.filter(existsSync), "scripts/build.mjs", "scripts/syscalls.mjs"])) return;
  mkdirSync(path.dirname(made), { recursive: true });
  // The generic table, which is arm64's, is on every machine; x86's own is not.
  writeFileSync(made, syscallModule([...new Set([HOST, "arm64"])]));
}

async function bundle() {
  const sources = globSync("src/**/*.{ts,tsx}");
  if (isFresh("dist/bpftop.mjs", [...sources, "package.json", "package-lock.json", "scripts/build.mjs"])) return;
  process.stderr.write("bpftop: bundling\n");
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  for (const old of globSync("dist/*.mjs")) rmSync(old);
  await build({
    entryPoints: { bpftop: "src/app/main.ts" },
    outdir: "dist",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    chunkNames: "[name]-[hash]",
    platform: "node",
    target: "node24",
    format: "esm",
    jsx: "automatic",
    external: ["koffi"],
    alias: {
      "react-devtools-core": "./src/app/stubs/empty.ts",
      blessed: "./src/panes/kit/stubs/blessed.ts",
    },
    define: { "process.env.NODE_ENV": '"production"', BPFTOP_VERSION: JSON.stringify(version) },
    // Some of what is bundled is CommonJS and asks for Node's modules by require().
    banner: {
      js: 'import { createRequire as createRequire__ } from "node:module"; const require = createRequire__(import.meta.url);',
    },
    logLevel: "warning",
  });
}

try {
  for (const source of globSync("bpf/*/*.bpf.c").sort()) buildObject(source);
  if (arch === HOST) nameSyscalls();
  if (arch === HOST && existsSync("src/app/main.ts")) await bundle();
} catch (error) {
  // The compiler has said what is wrong; where it came from in this script helps nobody.
  process.stderr.write(`bpftop: the build failed: ${error.message.split("\n")[0]}\n`);
  process.exitCode = 1;
}
