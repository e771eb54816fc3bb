/**
 * Rust's own names (v0 mangling, RFC 2603) as people write them: `_RNvCs1234_4demo4main` is `demo::main`. Hashes of crates
 * are left out, as `rustfilt` and the standard library's backtraces leave them out. Pure.
 */

const BASIC_TYPES: Readonly<Record<string, string>> = {
  ...{ a: "i8", b: "bool", c: "char", d: "f64", e: "str", f: "f32", h: "u8", i: "isize", j: "usize", l: "i32" },
  ...{ m: "u32", n: "i128", o: "u128", p: "_", s: "i16", t: "u16", u: "()", v: "...", x: "i64", y: "u64", z: "!" },
};
/** Deeper than any real name; a hostile one may refer to itself, and grow without end. */
const MOST_DEPTH = 300;
const MOST_TEXT = 16_384;

class NotRust extends Error {}

/** Undefined for what is no such name. */
export function demangleRustV0(mangled: string): string | undefined {
  const [, name, suffix = ""] = /^_R([A-Z][0-9A-Za-z_]*)(.*)$/s.exec(mangled) ?? [];
  if (name === undefined) return undefined;
  try {
    const parser = new Parser(name);
    const text = parser.symbol();
    // What LLVM adds tells clones of one function apart; what else there is must be kept to be honest.
    return /^(\.llvm\.[0-9A-Za-z]+)?$/.test(suffix) ? text : `${text}${suffix}`;
  } catch (error) {
    if (error instanceof NotRust) return undefined;
    throw error;
  }
}

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #written = 0;
  /** Lifetimes bound by the `for<…>` around; the innermost is counted first. */
  #bound = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Everything must be a name; behind it may stand the crate that made an instance of it. */
  symbol(): string {
    const path = this.#path(true);
    if (this.#at < this.#text.length) this.#path(false);
    if (this.#at < this.#text.length) throw new NotRust();
    return path;
  }

  /** `isValue`: generic arguments are written `::<T>`, as behind a function. */
  #path(isValue: boolean): string {
    return this.#guarded(() => {
      switch (this.#next()) {
        case "C":
          this.#disambiguator();
          return this.#identifier();
        case "M":
          this.#implPath();
          return `<${this.#type()}>`;
        case "X":
          this.#implPath();
          return `<${this.#type()} as ${this.#path(false)}>`;
        case "Y":
          return `<${this.#type()} as ${this.#path(false)}>`;
        case "N":
          return this.#nested(isValue);
        case "I":
          return `${this.#path(isValue)}${isValue ? "::" : ""}<${this.#list(() => this.#genericArg()).join(", ")}>`;
        case "B":
          return this.#backReference(() => this.#path(isValue));
        default:
          throw new NotRust();
      }
    });
  }

  /** Says where an `impl` stands, which nobody writes. */
  #implPath(): void {
    this.#disambiguator();
    this.#path(false);
  }

  #nested(isValue: boolean): string {
    const namespace = this.#next();
    const outer = this.#path(isValue);
    const number = this.#disambiguator();
    const name = this.#identifier();
    if (/[a-z]/.test(namespace)) return name === "" ? outer : `${outer}::${name}`;
    if (!/[A-Z]/.test(namespace)) throw new NotRust();
    const kind = { C: "closure", S: "shim" }[namespace] ?? namespace;
    return `${outer}::{${kind}${name === "" ? "" : `:${name}`}#${number}}`;
  }

  #genericArg(): string {
    if (this.#eat("L")) return this.#lifetime(this.#base62());
    return this.#eat("K") ? this.#constant(false) : this.#type();
  }

  #type(): string {
    return this.#guarded(() => {
      const tag = this.#next();
      const basic = BASIC_TYPES[tag];
      if (basic !== undefined) return basic;
      switch (tag) {
        case "A":
          return `[${this.#type()}; ${this.#constant(true)}]`;
        case "S":
          return `[${this.#type()}]`;
        case "T": {
          const types = this.#list(() => this.#type());
          return types.length === 1 ? `(${types[0]},)` : `(${types.join(", ")})`;
        }
        case "R":
        case "Q": {
          const number = this.#eat("L") ? this.#base62() : 0;
          const lifetime = number === 0 ? "" : `${this.#lifetime(number)} `;
          return `&${lifetime}${tag === "Q" ? "mut " : ""}${this.#type()}`;
        }
        case "P":
          return `*const ${this.#type()}`;
        case "O":
          return `*mut ${this.#type()}`;
        case "F":
          return this.#inBinder(() => this.#signature());
        case "D": {
          const bounds = this.#inBinder(() => this.#list(() => this.#dynTrait()).join(" + "));
          if (!this.#eat("L")) throw new NotRust();
          const number = this.#base62();
          return `dyn ${bounds}${number === 0 ? "" : ` + ${this.#lifetime(number)}`}`;
        }
        case "B":
          return this.#backReference(() => this.#type());
        default:
          this.#at--;
          return this.#path(false);
      }
    });
  }

  #signature(): string {
    const isUnsafe = this.#eat("U");
    const abi = this.#eat("K") ? (this.#eat("C") ? "C" : this.#identifier().replaceAll("_", "-")) : undefined;
    const parameters = this.#list(() => this.#type()).join(", ");
    const result = this.#type();
    const head = `${isUnsafe ? "unsafe " : ""}${abi === undefined ? "" : `extern "${abi}" `}`;
    return `${head}fn(${parameters})${result === "()" ? "" : ` -> ${result}`}`;
  }

  /** Its associated types stand among its generic arguments. */
  #dynTrait(): string {
    const path = this.#path(false);
    const bindings: string[] = [];
    while (this.#eat("p")) bindings.push(`${this.#identifier()} = ${this.#type()}`);
    if (bindings.length === 0) return path;
    return path.endsWith(">") && !path.startsWith("<")
      ? `${path.slice(0, -1)}, ${bindings.join(", ")}>`
      : `${path}<${bindings.join(", ")}>`;
  }

  #inBinder(body: () => string): string {
    const count = this.#eat("G") ? this.#base62() + 1 : 0;
    if (count > 64) throw new NotRust();
    const before = this.#bound;
    const names: string[] = [];
    for (let i = 0; i < count; i++) {
      this.#bound++;
      names.push(this.#lifetime(1));
    }
    const text = body();
    this.#bound = before;
    return names.length === 0 ? text : `for<${names.join(", ")}> ${text}`;
  }

  /** 0 is one that was left out; others count outwards from the innermost that is bound. */
  #lifetime(number: number): string {
    if (number === 0) return "'_";
    const depth = this.#bound - number;
    if (depth < 0) throw new NotRust();
    return depth < 26 ? `'${String.fromCharCode(97 + depth)}` : `'_${depth}`;
  }

  /** `bare`: where an expression can't be taken for a type, and needs no braces. */
  #constant(bare: boolean): string {
    return this.#guarded(() => {
      const tag = this.#next();
      const inBraces = (text: string) => (bare ? text : `{${text}}`);
      switch (tag) {
        case "p":
          return "_";
        case "B":
          return this.#backReference(() => this.#constant(bare));
        case "b":
          return { "0": "false", "1": "true" }[this.#hex()] ?? this.#fail();
        case "c":
          return quotedChar(Number.parseInt(this.#hex() || "0", 16)) ?? this.#fail();
        case "e":
          return inBraces(`*${this.#string()}`);
        case "R":
        case "Q":
          if (tag === "R" && this.#eat("e")) return this.#string();
          return inBraces(`&${tag === "Q" ? "mut " : ""}${this.#constant(true)}`);
        case "A":
          return inBraces(`[${this.#list(() => this.#constant(true)).join(", ")}]`);
        case "T": {
          const parts = this.#list(() => this.#constant(true));
          return inBraces(parts.length === 1 ? `(${parts[0]},)` : `(${parts.join(", ")})`);
        }
        case "V":
          return inBraces(this.#variant());
        default:
          return this.#integer(tag);
      }
    });
  }

  #integer(tag: string): string {
    const type = BASIC_TYPES[tag] ?? "";
    if (!/^[iu](8|16|32|64|128|size)$/.test(type)) throw new NotRust();
    const sign = type.startsWith("i") && this.#eat("n") ? "-" : "";
    return `${sign}${BigInt(`0x${this.#hex() || "0"}`)}`;
  }

  /** A structure's value: with no fields, in order, or by name. */
  #variant(): string {
    const path = this.#path(true);
    switch (this.#next()) {
      case "U":
        return path;
      case "T":
        return `${path}(${this.#list(() => this.#constant(true)).join(", ")})`;
      case "S": {
        const fields = this.#list(() => {
          this.#disambiguator();
          return `${this.#identifier()}: ${this.#constant(true)}`;
        });
        return `${path} { ${fields.join(", ")} }`;
      }
      default:
        throw new NotRust();
    }
  }

  /** UTF-8 in hex. */
  #string(): string {
    const digits = this.#hex();
    if (digits.length % 2 !== 0) throw new NotRust();
    return JSON.stringify(Buffer.from(digits, "hex").toString());
  }

  #hex(): string {
    const digits = /^([0-9a-f]*)_/.exec(this.#text.slice(this.#at));
    if (digits === null) throw new NotRust();
    this.#at += digits[0].length;
    return digits[1] ?? "";
  }

  #identifier(): string {
    const isPunycode = this.#eat("u");
    const length = /^(0|[1-9]\d*)_?/.exec(this.#text.slice(this.#at, this.#at + 12));
    if (length === null) throw new NotRust();
    const from = this.#at + length[0].length;
    const bytes = this.#text.slice(from, from + Number(length[1]));
    if (bytes.length !== Number(length[1])) throw new NotRust();
    this.#at = from + bytes.length;
    return isPunycode ? (fromPunycode(bytes) ?? this.#fail()) : bytes;
  }

  /** Which of several things of one name; 0 where there is none. */
  #disambiguator(): number {
    return this.#eat("s") ? this.#base62() + 1 : 0;
  }

  #base62(): number {
    if (this.#eat("_")) return 0;
    let number = 0;
    for (;;) {
      const char = this.#next();
      if (char === "_") return number + 1;
      const digit = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(char);
      if (digit < 0) throw new NotRust();
      number = number * 62 + digit;
    }
  }

  /** Something that stands earlier in the name, read there once more. */
  #backReference(read: () => string): string {
    const from = this.#at - 1;
    const to = this.#base62();
    if (to >= from) throw new NotRust();
    const back = this.#at;
    this.#at = to;
    const text = read();
    this.#at = back;
    return text;
  }

  #list(item: () => string): readonly string[] {
    const items: string[] = [];
    while (!this.#eat("E")) items.push(item());
    return items;
  }

  #guarded(read: () => string): string {
    if (++this.#depth > MOST_DEPTH) throw new NotRust();
    const text = read();
    this.#depth--;
    this.#written += text.length;
    if (this.#written > MOST_TEXT * 16 || text.length > MOST_TEXT) throw new NotRust();
    return text;
  }

  #next(): string {
    const char = this.#text[this.#at++];
    if (char === undefined) throw new NotRust();
    return char;
  }

  #eat(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #fail(): never {
    throw new NotRust();
  }
}

function quotedChar(code: number): string | undefined {
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined;
  const char = String.fromCodePoint(code);
  const escaped = { "'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0" }[char];
  return `'${escaped ?? char}'`;
}

/** RFC 3492 with `_` for `-`; undefined for what is none. */
function fromPunycode(text: string): string | undefined {
  const split = text.lastIndexOf("_");
  const out = split < 0 ? [] : [...text.slice(0, split)].map((char) => char.codePointAt(0) ?? 0);
  let [code, bias, at, damp] = [128, 72, 0, 700];
  for (let i = split + 1; i < text.length; ) {
    const before = at;
    for (let weight = 1, k = 36; ; k += 36) {
      const digit = "abcdefghijklmnopqrstuvwxyz0123456789".indexOf(text[i++] ?? "");
      if (digit < 0) return undefined;
      at += digit * weight;
      const threshold = Math.max(1, Math.min(26, k - bias));
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const length = out.length + 1;
    let delta = Math.floor((at - before) / damp);
    damp = 2;
    delta += Math.floor(delta / length);
    let k = 0;
    for (; delta > 455; k += 36) delta = Math.floor(delta / 35);
    bias = k + Math.floor((36 * delta) / (delta + 38));
    code += Math.floor(at / length);
    at %= length;
    if (code > 0x10ffff) return undefined;
    out.splice(at++, 0, code);
  }
  return String.fromCodePoint(...out);
}
