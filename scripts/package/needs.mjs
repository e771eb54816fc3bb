/** What an ELF file wants from the system it runs on. */
import { execFileSync } from "node:child_process";

/** The shared libraries it names, and the symbol versions it wants from them: { libraries, versions }. */
export function needsOf(file) {
  const said = execFileSync("readelf", ["-W", "-d", "-V", file], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  const [, needs = ""] = said.split(/^Version needs section/m);
  return {
    libraries: [...said.matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, name]) => name),
    versions: [...needs.matchAll(/Name: (\S+)/g)].map(([, version]) => version),
  };
}

/** The newest version of a family (`GLIBC`) that any of them wants: `2.28`; undefined where none wants any. */
export function newestOf(elfs, family) {
  const numbers = elfs
    .flatMap(({ versions }) => versions)
    .map((version) => new RegExp(`^${family}_([0-9.]+)$`).exec(version)?.[1])
    .filter((number) => number !== undefined);
  return numbers.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
}
