/**
 * TypeScript decoders for the structures that a BPF object shares with user space, generated from the object's own
 * BTF: what the C compiler laid out is what is read. Every struct that a map names as key or value, and what it
 * contains, becomes an interface and a {@link Layout} of the same name; maps and variables become tables.
 */
const WRAPPERS = new Set(["TYPEDEF", "CONST", "VOLATILE"]);

/** `btf` is what `bpftool -j btf dump file` prints; `source` is named in the header. Returns the module's text. */
export function decoders(btf, source) {
  const types = new Map(btf.types.map((type) => [type.id, type]));
  const bare = (id) => {
    let type = types.get(id);
    while (WRAPPERS.has(type?.kind)) type = types.get(type.type_id);
    return type;
  };
  const sizeOf = (id) => {
    const type = bare(id);
    return type.kind === "ARRAY" ? type.nr_elems * sizeOf(type.type_id) : type.kind === "PTR" ? 8 : type.size;
  };
  const section = (name) => btf.types.find((type) => type.kind === "DATASEC" && type.name === name)?.vars ?? [];

  const structs = new Map();
  const collect = (id) => {
    const type = bare(id);
    if (type?.kind === "ARRAY") collect(type.type_id);
    if (type?.kind !== "STRUCT" || structs.has(type.name)) return;
    for (const member of type.members) collect(member.type_id);
    structs.set(type.name, type);
  };

  /** How a value of this type is read at `at`, and its TypeScript type. */
  const reader = (id, at) => {
    const type = bare(id);
    switch (type.kind) {
      case "STRUCT":
        return { ts: type.name, read: `${type.name}.decode(view, ${at})` };
      case "ARRAY": {
        const element = bare(type.type_id);
        if (element.kind === "INT" && element.name === "char") {
          return { ts: "string", read: `text(view, ${at}, ${type.nr_elems})` };
        }
        if (element.kind === "INT" && element.size === 8 && element.encoding !== "SIGNED") {
          return { ts: "readonly number[]", read: `u64s(view, ${at}, ${type.nr_elems})` };
        }
        if (element.kind === "INT" && element.size === 4 && element.encoding !== "SIGNED") {
          return { ts: "readonly number[]", read: `u32s(view, ${at}, ${type.nr_elems})` };
        }
        const { ts, read } = reader(type.type_id, `${at} + i * ${sizeOf(type.type_id)}`);
        return { ts: `readonly ${ts}[]`, read: `Array.from({ length: ${type.nr_elems} }, (_, i) => ${read})` };
      }
      case "INT":
      case "ENUM": {
        const sign = type.encoding === "SIGNED" ? "Int" : "Uint";
        if (type.size === 8) return { ts: "number", read: `${sign === "Int" ? "s64" : "u64"}(view, ${at})` };
        if (type.size === 1) return { ts: "number", read: `view.get${sign}8(${at})` };
        return { ts: "number", read: `view.get${sign}${type.size * 8}(${at}, true)` };
      }
      case "PTR":
        return { ts: "number", read: `u64(view, ${at})` };
      default:
        throw new Error(`${source}: a shared structure holds a ${type.kind}`);
    }
  };

  const maps = section(".maps").map(({ type_id }) => {
    const variable = types.get(type_id);
    const member = (name) => bare(variable.type_id).members.find((candidate) => candidate.name === name);
    const pointee = (name) => member(name) && types.get(member(name).type_id).type_id;
    const number = (name) => (member(name) ? bare(pointee(name)).nr_elems : 0);
    for (const id of [pointee("key"), pointee("value")]) if (id) collect(id);
    const size = (name) => (pointee(name) ? sizeOf(pointee(name)) : 0);
    return [variable.name, { keySize: size("key"), valueSize: size("value"), maxEntries: number("max_entries") }];
  });
  const variables = (name) =>
    section(name).map(({ type_id, offset, size }) => [types.get(type_id).name, { offset, size }]);

  const struct = ({ name, size, members }) => {
    const fields = members.map((member) => ({
      name: member.name,
      ...reader(member.type_id, `at + ${member.bits_offset / 8}`),
    }));
    return `
export interface ${name} {
${fields.map((field) => `  readonly ${field.name}: ${field.ts};`).join("\n")}
}

export const ${name}: Layout<${name}> = {
  size: ${size},
  decode: (view, at) => ({
${fields.map((field) => `    ${field.name}: ${field.read},`).join("\n")}
  }),
};
`;
  };

  const body = [...structs.values()].map(struct).join("");
  const used = ["s64", "text", "u32s", "u64", "u64s"].filter((name) => body.includes(` ${name}(`));
  const table = (name, entries) =>
    `\nexport const ${name} = ${JSON.stringify(Object.fromEntries(entries), null, 2)} as const;\n`;
  const library = `${"../".repeat(source.split("/").length - 1)}bpf/decode.ts`;
  const imported = structs.size === 0 ? "" : `import { ${["type Layout", ...used].join(", ")} } from "${library}";\n`;
  return `// Generated from the BTF of ${source}. Do not edit.\n${imported}${body}${table("maps", maps)}${table("bss", variables(".bss"))}${table("rodata", variables(".rodata"))}`;
}
