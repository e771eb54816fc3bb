/** The text of a TypeScript module, from what `bpftool -j btf dump file` prints; `source` is named in its header. */
export declare function decoders(btf: unknown, source: string): string;
