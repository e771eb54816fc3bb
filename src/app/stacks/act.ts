/** A key's meaning on a stack screen. Pure. */
import type { Action } from "../keymap.ts";
import type { View } from "../view.ts";
import { move, nextFrequency, nextPicture, nextThread, otherMode, otherSpan, showCallers, zoomIn } from "./moves.ts";
import type { StacksPlace } from "./place.ts";
import { weigh } from "./weigh.ts";

/** Undefined for what means the same everywhere. */
export function actOnStacks(place: StacksPlace, view: View | undefined, action: Action): StacksPlace | undefined {
  switch (action) {
    case "otherMode":
      return otherMode(place);
    case "picture":
      return nextPicture(place);
    case "span":
      return otherSpan(place);
    case "frequency":
      return nextFrequency(place);
  }
  const weighed = view === undefined ? undefined : weigh(place, view);
  if (weighed === undefined) return undefined;
  switch (action) {
    case "up":
    case "down":
    case "left":
    case "right":
      return move(place, weighed, action);
    case "enter":
      return zoomIn(place, weighed);
    case "callers":
      return showCallers(place, weighed);
    case "thread":
      return nextThread(place, weighed);
    default:
      return undefined;
  }
}
