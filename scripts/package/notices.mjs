/** The licences of everything that goes into the executable, as one text. */
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * From the lockfile what npm installed, where its name `isInside`, and from `folder` what libbpf.sh left of Debian's
 * sources.
 */
export function notices(root, folder, isInside = () => true) {
  const sections = [["bpftop", readFileSync(path.join(root, "LICENSE"), "utf8")]];

  for (const source of ["libbpf", "elfutils", "zlib"]) {
    const version = readFileSync(path.join(folder, `${source}.version`), "utf8").trim();
    const text = readFileSync(path.join(folder, `${source}.copyright`), "utf8");
    sections.push([
      `${source} ${version}, built from Debian's source package (apt-get source ${source}=${version})`,
      text,
    ]);
  }

  const { packages } = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8"));
  for (const [place, { version, dev, license }] of Object.entries(packages)) {
    const home = path.join(root, place);
    const packageName = place.replace(/^.*node_modules\//, "");
    if (place === "" || dev || !isInside(packageName) || !existsSync(home)) continue;
    const name = `${packageName} ${version} (${license ?? "see its package"})`;
    const files = globSync("{LICEN[CS]E,licen[cs]e}*", { cwd: home });
    sections.push([name, files.map((file) => readFileSync(path.join(home, file), "utf8")).join("\n")]);
  }
  return sections.map(([name, text]) => `${"=".repeat(80)}\n${name}\n${"=".repeat(80)}\n\n${text.trim()}\n`).join("\n");
}
