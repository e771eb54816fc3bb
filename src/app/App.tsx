import { Text, Transform, useInput, usePaste } from "ink";
import { useSyncExternalStore } from "react";
import { keyNames } from "./keyName.ts";
import type { Store } from "./store.ts";

export interface AppProps {
  readonly store: Store;
  readonly onKey: (key: string) => void;
}

/**
 * The screen. All of it is made as lines of exactly its width first, and Ink is given them when it writes a row out:
 * it then neither measures nor wraps what already fits, and caches none of it. Measured at 200×50 that is less than
 * half the CPU of a Text per row, and a quarter of a Box per cell.
 */
export function App({ store, onKey }: AppProps) {
  const lines = useSyncExternalStore(store.subscribe, store.lines);
  useInput((input, key) => {
    for (const name of keyNames(input, key)) onKey(name);
  });
  usePaste((text) => store.dispatch({ kind: "paste", text }));
  return (
    <Transform transform={(_, row) => lines[row] ?? ""}>
      <Text>{blankRows(lines.length)}</Text>
    </Transform>
  );
}

/** A space in each row holds the place of the line that is put there when Ink writes it out. */
function blankRows(rows: number): string {
  return Array.from({ length: rows }, () => " ").join("\n");
}
