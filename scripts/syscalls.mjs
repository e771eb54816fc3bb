/**
 * The names of system calls by number, as this machine's own headers have them: a call that the kernel has grown since
 * is there without a change here.
 */
import { execFileSync } from "node:child_process";

/**
 * The tables, and what the preprocessor has to be told. arm64 takes its numbers from the generic table; the header that
 * says which of the older calls it has kept is there on arm64 alone.
 */
const TABLES = {
  x86: { header: "asm/unistd_64.h", kept: [] },
  /** What 32-bit programs call. */
  x86_compat: { header: "asm/unistd_32.h", kept: [] },
  arm64: {
    header: "asm-generic/unistd.h",
    kept: ["RENAMEAT", "NEW_STAT", "SET_GET_RLIMIT", "TIME32_SYSCALLS", "MEMFD_SECRET", "SYS_CLONE3"],
  },
};

/** What Node calls a machine. */
const NODE_NAMES = { x86: "x64", arm64: "arm64" };

/** Names in the tables that are no calls: where they end, and where an architecture may begin its own. */
const MARKS = ["syscalls", "arch_specific_syscall"];

/** By number: `{ "0": "read", … }`. `arch` is a key of the tables; without one of its own, a table is empty. */
export function syscallNames(arch) {
  const table = TABLES[arch];
  if (table === undefined) return {};
  const flags = table.kept.map((call) => `-D__ARCH_WANT_${call}`);
  const text = execFileSync("clang", ["-E", "-dM", "-x", "c", ...flags, "-"], {
    input: `#include <${table.header}>\n`,
  });
  const values = new Map(
    [...text.toString().matchAll(/^#define (__NR\w+) (\w+)$/gm)].map(([, name, is]) => [name, is]),
  );
  const named = {};
  for (const [symbol, value] of values) {
    const name = /^__NR_(\w+)$/.exec(symbol)?.[1];
    // Where a call differs between 32 and 64 bits, its number has a name of its own: __NR3264_mmap.
    const number = Number(values.get(value) ?? value);
    if (name !== undefined && !MARKS.includes(name) && Number.isInteger(number)) named[number] = name;
  }
  return named;
}

/** The text of a TypeScript module with the names that each of these machines (`x86`, `arm64`) needs. */
export function syscallModule(archs) {
  const names = (suffix) =>
    JSON.stringify(Object.fromEntries(archs.map((arch) => [NODE_NAMES[arch], syscallNames(arch + suffix)])), null, 2);
  return `// Generated from the system's headers. Do not edit.

type Names = Readonly<Record<number, string>>;

/** System calls by number, by what Node calls the machine. */
export const SYSCALLS: Readonly<Record<string, Names>> = ${names("")};

/** The numbering of 32-bit programs. */
export const COMPAT_SYSCALLS: Readonly<Record<string, Names>> = ${names("_compat")};
`;
}
