/** Functions by address. */

export interface Found {
  readonly name: string;
  /** Bytes from the beginning of the function. */
  readonly offset: number;
}

/** Something that can be asked for the function at an address; undefined where there is none. */
export interface SymbolTable {
  readonly size: number;
  find(address: number): Found | undefined;
}

/** One function before it is sorted in. `size` 0 where unknown: it then reaches up to the next. */
export interface RawSymbol {
  readonly address: number;
  readonly size: number;
}

/** Sorted for binary search. Names are only looked at when asked for: most never are. */
export class SortedSymbols implements SymbolTable {
  readonly #addresses: Float64Array;
  readonly #sizes: Float64Array;
  readonly #order: Uint32Array;
  readonly #nameOf: (index: number) => string;

  /** `nameOf` is called with an index into `symbols`. Of several symbols at one address the first is taken. */
  constructor(symbols: readonly RawSymbol[], nameOf: (index: number) => string) {
    const order = Uint32Array.from(symbols.keys()).sort(
      (a, b) => (symbols[a]?.address ?? 0) - (symbols[b]?.address ?? 0) || a - b,
    );
    this.#order = order;
    this.#addresses = Float64Array.from(order, (index) => symbols[index]?.address ?? 0);
    this.#sizes = Float64Array.from(order, (index) => symbols[index]?.size ?? 0);
    this.#nameOf = nameOf;
  }

  get size(): number {
    return this.#addresses.length;
  }

  find(address: number): Found | undefined {
    let low = 0;
    let high = this.#addresses.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#addresses[middle] ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return undefined;
    const start = this.#addresses[low - 1] ?? 0;
    let first = low - 1;
    while (first > 0 && this.#addresses[first - 1] === start) first--;
    for (let at = first; at < low; at++) {
      const size = this.#sizes[at] ?? 0;
      if (size === 0 || address < start + size)
        return { name: this.#nameOf(this.#order[at] ?? 0), offset: address - start };
    }
    return undefined;
  }
}
