/** The last line: the keys that do something where one stands; help and the way out always. Pure. */
import { type Line, fitLine, joined, lineWidth, span } from "../../panes/kit/line.ts";
import { wrap } from "../../panes/kit/text.ts";
import { promptLine } from "../command/prompt.ts";
import { type Binding, bindingsFor, keyLabel } from "../keymap.ts";
import { whereOf } from "../nav.ts";
import type { UiState } from "../state.ts";

const GAP = span("  ");

/** A message takes the lines it needs, over what is above; it is gone at the next key. */
export function footerLines(state: UiState): readonly Line[] {
  const { message, prompt, size } = state;
  if (prompt !== undefined) return [promptLine(state, prompt)];
  if (message === undefined) return [footerLine(state)];
  const lines = wrap(message, size.columns).map((part) => fitLine([span(part, "notice")], size.columns));
  return lines.slice(0, Math.max(1, size.rows - 1));
}

function footerLine(state: UiState): Line {
  const { columns } = state.size;
  const bindings = bindingsFor(whereOf(state));
  const end = joined(hintsOf(state, bindings.filter(isAlways)), GAP, columns);
  const others = hintsOf(
    state,
    bindings.filter((binding) => !isAlways(binding)),
  );
  const start = joined(others, GAP, columns - lineWidth(end) - lineWidth([GAP]));
  return fitLine(start.length === 0 ? end : [...start, GAP, ...end], columns);
}

const isAlways = ({ action }: Binding) => action === "help" || action === "quit";

function hintsOf(state: UiState, bindings: readonly Binding[]): readonly Line[] {
  return bindings.flatMap(({ keys, hint }): readonly Line[] => {
    if (hint === undefined) return [];
    const shown = hint === "freeze" && state.frozen !== undefined ? "go on" : hint;
    return [[span(keyLabel(keys[0] ?? ""), "key"), span(` ${shown}`, "dim")]];
  });
}
