/** The cursor of a histogram: which power of two Enter would lead into. Pure. */
import type { HistogramPane } from "../panes/pane.ts";
import { type Hist, type Log2Slot, percentile, toLog2 } from "../sources/hist.ts";
import { shownOf, tableId, tableOf, type UiState } from "./state.ts";
import type { Step } from "./tableKeys.ts";

/** The slots of a histogram as it is shown now; empty where there are no events, or no window yet. */
function slotsOf(
  state: UiState,
  pane: HistogramPane<unknown>,
): { readonly slots: readonly Log2Slot[]; readonly hist: Hist | undefined } {
  const window = shownOf(state)?.view.window(pane.source);
  if (window === undefined) return { slots: [], hist: undefined };
  const hist = pane.hist(window);
  return { slots: toLog2(hist), hist };
}

/** Until somebody moves it, the cursor is on the slot of the 99th percentile: the slow ones are what one is after. */
export function selectedSlot(state: UiState, pane: HistogramPane<unknown>): Log2Slot | undefined {
  const { slots, hist } = slotsOf(state, pane);
  const { cursor } = tableOf(state, tableId(pane));
  if (cursor === undefined) {
    const p99 = hist === undefined ? undefined : percentile(hist, 0.99);
    return p99 === undefined ? undefined : slots.findLast(({ low }) => low <= p99);
  }
  const low = Number(cursor.key);
  // Where nothing lies there any more, the nearest below it.
  return slots.findLast((slot) => slot.low <= low) ?? slots[0];
}

export function moveSlot(state: UiState, pane: HistogramPane<unknown>, to: Step): UiState {
  const { slots } = slotsOf(state, pane);
  const now = slots.findIndex(({ low }) => low === selectedSlot(state, pane)?.low);
  const index = Math.max(0, Math.min(slots.length - 1, to(now, slots.length, slots.length)));
  const slot = slots[index];
  if (slot === undefined) return state;
  const id = tableId(pane);
  const cursor = { key: String(slot.low), index };
  return { ...state, tables: { ...state.tables, [id]: { ...tableOf(state, id), cursor } } };
}
