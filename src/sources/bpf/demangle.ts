/** Names as people write them: Rust by its own rules, C++ by the C++ library, which is called through koffi, hence here. */
import { demangleRustV0 } from "../symbols/rustV0.ts";
import { koffi } from "./assets.ts";

type Demangle = (mangled: string, output: null, length: null, status: Int32Array) => bigint | null;

let library: { readonly demangle: Demangle; readonly free: (text: bigint) => void } | undefined | null;
const cache = new Map<string, string>();
const MOST_NAMES = 20_000;

/** `foo::bar(int)` for `_ZN3foo3barEi`, `demo::main` for `_RNvC4demo4main`; anything else, or C++ where there is no C++ library, as it is. */
export function demangle(name: string): string {
  const isRust = name.startsWith("_R");
  if (!isRust && !name.startsWith("_Z")) return name;
  let readable = cache.get(name);
  if (readable === undefined) {
    if (cache.size >= MOST_NAMES) cache.clear();
    readable = (isRust ? demangleRustV0(name) : legacyRust(callDemangler(name) ?? name)) ?? name;
    cache.set(name, readable);
  }
  return readable;
}

function callDemangler(name: string): string | undefined {
  library ??= load();
  if (!library) return undefined;
  const status = new Int32Array(1);
  const text = library.demangle(name, null, null, status);
  if (!text) return undefined;
  const readable: string = koffi().decode(text, "char", -1);
  library.free(text);
  return readable;
}

function load(): typeof library {
  try {
    const cxx = koffi().load("libstdc++.so.6");
    const libc = koffi().load("libc.so.6");
    return {
      demangle: cxx.func(
        "void *__cxa_demangle(const char *mangled, void *output, void *length, void *status)",
      ) as never,
      free: libc.func("void free(void *memory)") as never,
    };
  } catch {
    return null;
  }
}

/** Old Rust names are C++ names with a hash at the end and `$` escapes within. */
function legacyRust(name: string): string {
  if (!/::h[0-9a-f]{16}$/.test(name)) return name;
  return name
    .replace(/::h[0-9a-f]{16}$/, "")
    .replaceAll("$LT$", "<")
    .replaceAll("$GT$", ">")
    .replaceAll("$RF$", "&")
    .replaceAll("$BP$", "*")
    .replaceAll("$C$", ",")
    .replaceAll("$u20$", " ")
    .replaceAll("$u7b$", "{")
    .replaceAll("$u7d$", "}")
    .replaceAll("..", "::");
}
