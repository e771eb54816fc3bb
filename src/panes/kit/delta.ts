/** What happened between two cumulative readings. */

/** The names of a row's numbers. */
type NumericKeys<R> = { [K in keyof R]: R[K] extends number ? K : never }[keyof R];

/**
 * Rows with the chosen numbers replaced by their increase since `older`; everything else is as it is now.
 * A row that was not there before began at zero; so did one that counts less than before, because the kernel's table
 * was crowded and had let go of it. Rows in which none of the numbers moved are left out; one that is the same object
 * in both is not even looked at.
 */
export function deltaBy<R, K extends NumericKeys<R>>(
  newer: readonly R[],
  older: readonly R[],
  keyOf: (row: R) => string,
  counters: readonly K[],
): readonly R[] {
  const inOlder = new Set(older);
  const touched = newer.filter((row) => !inOlder.has(row));
  if (touched.length === 0) return [];
  const inNewer = new Set(newer);
  const before = new Map(older.filter((row) => !inNewer.has(row)).map((row) => [keyOf(row), row]));
  const moved: R[] = [];
  for (const row of touched) {
    const known = before.get(keyOf(row));
    const restarted = counters.some((counter) => row[counter] < (known?.[counter] ?? 0));
    const was = restarted ? undefined : known;
    let changed = false;
    const delta = { ...row };
    for (const counter of counters) {
      const increase = (row[counter] as number) - ((was?.[counter] as number | undefined) ?? 0);
      if (increase !== 0) changed = true;
      delta[counter] = increase as R[K];
    }
    if (changed) moved.push(delta);
  }
  return moved;
}
