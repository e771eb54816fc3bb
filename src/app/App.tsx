import { Box, Text, useInput, usePaste } from "ink";
import { memo, useMemo, useSyncExternalStore } from "react";
import { keyNames } from "./keyName.ts";
import type { Store } from "./store.ts";
import { type Theme, paint } from "./theme.ts";
import { screenLines } from "./ui/compose.ts";

export interface AppProps {
  readonly store: Store;
  readonly theme: Theme;
  /** What is looked at, such as the kernel or a recording's name. */
  readonly label: string;
  readonly onKey: (key: string) => void;
}

/**
 * The screen. All of it is made as padded lines first and Ink gets one Text per row: measured, a tree of boxes
 * costs two to three times the CPU. Rows stay short, because Ink caches the measure of every text it has seen.
 */
export function App({ store, theme, label, onKey }: AppProps) {
  const state = useSyncExternalStore(store.subscribe, store.get);
  const lines = useMemo(() => screenLines(state, label).map((line) => paint(line, theme)), [state, label, theme]);
  useInput((input, key) => {
    for (const name of keyNames(input, key)) onKey(name);
  });
  usePaste((text) => store.dispatch({ kind: "paste", text }));
  return (
    <Box flexDirection="column" width={state.size.columns} height={state.size.rows} overflow="hidden">
      {lines.map((line, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its index.
        <Row key={row} text={line} />
      ))}
    </Box>
  );
}

const Row = memo(function Row({ text }: { readonly text: string }) {
  return <Text wrap="truncate">{text}</Text>;
});
