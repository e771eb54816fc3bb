/**
 * Whose segments had to be sent again. The kernel does that in interrupts, so the hook sees a connection and no
 * process: each is put down once, to the process that used the connection last when it was read, and stays there.
 */
export interface Retransmitted {
  /** Key of the connection. */
  readonly connection: string;
  /** Cumulative, as counted in the kernel. */
  readonly retransmits: number;
}

/** A process at one end of a connection. */
export interface Owner {
  readonly key: string;
  readonly connection: string;
  /** Of its last call, in ns. */
  readonly lastNs: number;
}

/** Cumulative per owner, by its key; by the connection's key where no process was seen using it. */
export type Credits = ReadonlyMap<string, number>;

/**
 * Keeps the account from read to read. An owner's credit never falls while the owner is there, whatever the kernel's
 * table lets go of; an owner that is gone is forgotten and begins again at zero, as its other counts do.
 */
export function retransmitAccount(): (counted: readonly Retransmitted[], owners: readonly Owner[]) => Credits {
  let seen = new Map<string, number>();
  let credits = new Map<string, number>();
  return (counted, owners) => {
    if (counted.length + credits.size + seen.size === 0) return credits; // nearly always
    const present = new Set([...owners.map(({ key }) => key), ...counted.map(({ connection }) => connection)]);
    credits = new Map([...credits].filter(([key]) => present.has(key)));
    const last = lastOwners(owners);
    for (const { connection, retransmits } of counted) {
      const before = seen.get(connection) ?? 0;
      const more = retransmits < before ? retransmits : retransmits - before;
      const payer = last.get(connection)?.key ?? connection;
      if (more > 0) credits.set(payer, (credits.get(payer) ?? 0) + more);
    }
    seen = new Map(counted.map(({ connection, retransmits }) => [connection, retransmits]));
    return credits;
  };
}

function lastOwners(owners: readonly Owner[]): ReadonlyMap<string, Owner> {
  const last = new Map<string, Owner>();
  for (const owner of owners) {
    if (owner.lastNs >= (last.get(owner.connection)?.lastNs ?? 0)) last.set(owner.connection, owner);
  }
  return last;
}
