/** Traffic of network interfaces, from /proc/net/dev. */
import { lines, words } from "./text.ts";

/** One interface since it came up. */
export interface InterfaceStats {
  readonly interface: string;
  readonly rxBytes: number;
  readonly rxPackets: number;
  /** All receive errors, among them {@link rxOverruns} and {@link rxFrameErrors} on most drivers. */
  readonly rxErrors: number;
  /** Packets thrown away on receipt: no memory, no taker, or missed by the card. */
  readonly rxDropped: number;
  /** Packets that found the card's own queue full. */
  readonly rxOverruns: number;
  /** Damaged packets: length, checksum, alignment. */
  readonly rxFrameErrors: number;
  readonly txBytes: number;
  readonly txPackets: number;
  readonly txErrors: number;
  /** Packets thrown away instead of sent: the queue was full. */
  readonly txDropped: number;
  readonly txOverruns: number;
  readonly collisions: number;
  readonly carrierErrors: number;
}

const HEADER_LINES = 2;

export function parseNetDev(text: string): readonly InterfaceStats[] {
  return lines(text)
    .slice(HEADER_LINES)
    .flatMap((line) => {
      // No space need follow the colon, and the name may hold a colon itself (an alias).
      const colon = line.lastIndexOf(":");
      if (colon < 0) return [];
      const values = words(line.slice(colon + 1)).map(Number);
      const at = (index: number) => values[index] ?? 0;
      return [
        {
          interface: line.slice(0, colon).trim(),
          rxBytes: at(0),
          rxPackets: at(1),
          rxErrors: at(2),
          rxDropped: at(3),
          rxOverruns: at(4),
          rxFrameErrors: at(5),
          txBytes: at(8),
          txPackets: at(9),
          txErrors: at(10),
          txDropped: at(11),
          txOverruns: at(12),
          collisions: at(13),
          carrierErrors: at(14),
        },
      ];
    });
}
