/** The last line: the keys that do something where one stands. Pure. */
import { type Line, fitLine, joined, span } from "../../panes/kit/line.ts";
import { bindingsFor, keyLabel } from "../keymap.ts";
import { whereOf } from "../nav.ts";
import type { UiState } from "../state.ts";

export function footerLine(state: UiState): Line {
  const hints = bindingsFor(whereOf(state)).flatMap(({ keys, hint }): readonly Line[] =>
    hint === undefined ? [] : [[span(keyLabel(keys[0] ?? ""), "key"), span(` ${hint === "freeze" && state.frozen ? "go on" : hint}`, "dim")]],
  );
  return fitLine(joined(hints, span("  "), state.size.columns), state.size.columns);
}
