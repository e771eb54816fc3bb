/** Internet addresses as text. */

const AF_INET6 = 10;

/** The four 32-bit words of an address as the kernel keeps it, in network order, read as little-endian numbers. */
export type AddressWords = readonly number[];

/** An IPv4 address in an IPv6 socket: `::ffff:10.0.0.1`. */
export function isMapped(words: AddressWords): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff0000;
}

/** `10.0.0.1` or `fe80::1`; a mapped address is shown as the IPv4 address that it is. */
export function addressText(family: number, words: AddressWords): string {
  if (family !== AF_INET6) return bytesOf(words[0] ?? 0).join(".");
  if (isMapped(words)) return bytesOf(words[3] ?? 0).join(".");
  const bytes = words.flatMap(bytesOf);
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  return compress(groups);
}

const bytesOf = (word: number): number[] => [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24];

/** RFC 5952: the longest run of at least two zero groups, the first of equals, becomes `::`. */
function compress(groups: readonly string[]): string {
  let best = { start: 0, length: 1 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === "0") length++;
    if (length > best.length) best = { start, length };
  }
  if (best.length < 2) return groups.join(":");
  return `${groups.slice(0, best.start).join(":")}::${groups.slice(best.start + best.length).join(":")}`;
}
