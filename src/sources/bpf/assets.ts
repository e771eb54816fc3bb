/**
 * What bpftop brings along beside its code: BPF objects and shared libraries. They are files of the installation, or lie
 * inside the executable where that is the one file of `npm run package`.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { getAsset, isSea } from "node:sea";
import { fileURLToPath } from "node:url";
import type { default as Koffi, LibraryHandle } from "koffi";
import { SetupError } from "./setupError.ts";
import { fromAnyDirectory } from "./unpack.ts";

const SONAME = "libbpf.so.1";
const RTLD_NOW = 2;

/** Names inside the executable; `scripts/package/package.mjs` puts them there. */
const ADDON = "koffi.node";
const LIBRARY = "libbpf.so";

const oneFile = isSea();

let loaded: typeof Koffi | undefined;

/**
 * koffi, loaded at first use: where that fails, only what needs it does. Throws {@link SetupError} where
 * it is not installed, or there is no directory to load it from.
 */
export function koffi(): typeof Koffi {
  loaded ??= oneFile ? fromAnyDirectory(asset(ADDON), loadAddon) : installedKoffi();
  return loaded;
}

/** libbpf: the system's, else the one of the npm package; or the one inside the executable. Throws {@link SetupError}. */
export function openLibbpf(): LibraryHandle {
  if (oneFile) return fromAnyDirectory(asset(LIBRARY), (path) => koffi().load(path));
  const { load } = koffi();
  try {
    return load(SONAME);
  } catch (cause) {
    const own = besideCode(`libbpf-${process.arch}.so`);
    if (own !== undefined) return load(own);
    throw new SetupError(`${SONAME} is not installed`, "install it: apt-get install libbpf1", { cause });
  }
}

/** A compiled BPF object by its stem under `bpf/`: `cpu/sched`. Throws {@link SetupError} where it is not built. */
export function readObject(stem: string): Uint8Array {
  if (oneFile) return asset(`bpf/${stem}.o`);
  // The npm package has those of every machine it runs on; a build has its own machine's.
  const found = besideCode(`bpf-${process.arch}/${stem}.o`) ?? besideCode(`bpf/${stem}.o`);
  if (found === undefined) throw new SetupError(`its program ${stem}.o is not built`, "run npm run build");
  return readFileSync(found);
}

/** A file beside the bundle or its chunks; under dist/ when run from the sources. */
function besideCode(name: string): string | undefined {
  const places = [".", "..", "../../../dist"];
  return places
    .map((place) => fileURLToPath(new URL(`${place}/${name}`, import.meta.url)))
    .find((file) => existsSync(file));
}

function asset(name: string): Uint8Array {
  return new Uint8Array(getAsset(name));
}

/** The addon alone is koffi; the JavaScript around it finds it and warns of old names. */
function loadAddon(path: string): typeof Koffi {
  const module: { exports: object } = { exports: {} };
  process.dlopen(module, path, RTLD_NOW);
  return module.exports as typeof Koffi;
}

function installedKoffi(): typeof Koffi {
  const require = createRequire(import.meta.url);
  try {
    return require("koffi");
  } catch (cause) {
    throw new SetupError("koffi, through which libbpf is called, can't be loaded", "run npm start", { cause });
  }
}
