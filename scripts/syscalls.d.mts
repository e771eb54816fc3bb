/** System calls by number, as this machine's headers have them; `arch` is `x86`, `x86_compat` or `arm64`. */
export declare function syscallNames(arch: string): Readonly<Record<number, string>>;
/** The text of a TypeScript module with the names that each of these machines (`x86`, `arm64`) needs. */
export declare function syscallModule(archs: readonly string[]): string;
