/** Internet addresses as text. */

const AF_INET6 = 10;
const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** An IPv4 address in an IPv6 socket: `::ffff:10.0.0.1`. */
export function isMapped(bytes: readonly number[]): boolean {
  return MAPPED_PREFIX.every((byte, i) => bytes[i] === byte);
}

/** `10.0.0.1` or `fe80::1`; a mapped address is shown as the IPv4 address that it is. `bytes` in network order. */
export function addressText(family: number, bytes: readonly number[]): string {
  if (family !== AF_INET6) return bytes.slice(0, 4).join(".");
  if (isMapped(bytes)) return bytes.slice(12, 16).join(".");
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0)).toString(16));
  return compress(groups);
}

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
