/** The last line: the keys that do something where one stands. Pure. */
import { type Line, fitLine, joined, span } from "../../panes/kit/line.ts";
import { bindingsFor, keyLabel } from "../keymap.ts";
import { whereOf } from "../nav.ts";
import { type UiState, placeOf } from "../state.ts";

export function footerLine(state: UiState): Line {
  const inside = placeOf(state).kind === "pane";
  const hints = bindingsFor(whereOf(state)).flatMap(({ keys, action, hint }): readonly Line[] =>
    // From a pane over the whole screen there is nowhere further in.
    hint === undefined || (inside && action === "enter") ? [] : [[span(keyLabel(keys[0] ?? ""), "key"), span(` ${hint === "freeze" && state.frozen ? "go on" : hint}`, "dim")]],
  );
  return fitLine(joined(hints, span("  "), state.size.columns), state.size.columns);
}
