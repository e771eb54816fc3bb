/** What keys do on a stack screen. Pure. */
import { type Direction, moveInIcicle } from "../../panes/kit/icicle.ts";
import { frameKey, nodesAlong } from "../../panes/kit/stackTree.ts";
import type { Picture, StacksPlace } from "./place.ts";
import { type WeighedView, rootOf } from "./weigh.ts";

const FREQUENCIES: readonly number[] = [19, 49, 99, 199, 499, 999];
const PICTURES: readonly Picture[] = ["flame", "list", "callers"];

export function move(place: StacksPlace, weighed: WeighedView, direction: Direction): StacksPlace {
  if (place.picture !== "flame") {
    const step = direction === "up" ? -1 : direction === "down" ? 1 : 0;
    return { ...place, row: Math.max(0, Math.min(weighed.functions.length - 1, place.row + step)) };
  }
  return { ...place, cursor: moveInIcicle(rootOf(place, weighed), place.cursor, direction) };
}

/** Enter: the function under the cursor becomes the whole width; in a list, its callers and callees. */
export function zoomIn(place: StacksPlace, weighed: WeighedView): StacksPlace {
  if (place.picture === "flame") {
    return place.cursor.length === 0 ? place : { ...place, zoom: [...place.zoom, ...place.cursor], cursor: [] };
  }
  const subject = weighed.functions[place.row]?.key;
  return place.picture === "list" && subject !== undefined ? { ...place, picture: "callers", subject, row: 0 } : place;
}

/** Esc: one step back within the screen; undefined where there is none, and the screen itself is to be left. */
export function stepOut(place: StacksPlace): StacksPlace | undefined {
  if (place.search !== place.cameWith) return { ...place, search: place.cameWith };
  if (place.picture === "callers")
    return { ...place, picture: place.subject === undefined ? "flame" : "list", subject: undefined, row: 0 };
  if (place.zoom.length === 0) return undefined;
  return { ...place, zoom: place.zoom.slice(0, -1), cursor: place.zoom.slice(-1) };
}

/** The callers and callees of the function under the cursor. */
export function showCallers(place: StacksPlace, weighed: WeighedView): StacksPlace {
  const node = nodesAlong(rootOf(place, weighed), place.cursor).at(-1);
  const key = place.picture === "list" ? weighed.functions[place.row]?.key : node && frameKey(node.frame);
  return key === undefined ? place : { ...place, picture: "callers", subject: key, row: 0 };
}

export function nextPicture(place: StacksPlace): StacksPlace {
  const next = PICTURES[(PICTURES.indexOf(place.picture) + 1) % PICTURES.length] ?? "flame";
  // Callers are of a function; without one there is nothing to show.
  return { ...place, picture: next === "callers" && place.subject === undefined ? "flame" : next, row: 0 };
}

export function otherMode(place: StacksPlace): StacksPlace {
  return {
    ...place,
    mode: place.mode === "on-CPU" ? "off-CPU" : "on-CPU",
    zoom: [],
    cursor: [],
    row: 0,
    tid: undefined,
  };
}

export function otherSpan(place: StacksPlace): StacksPlace {
  return { ...place, span: place.span === "opened" ? "interval" : "opened" };
}

/** All threads, then each alone, heaviest first. */
export function nextThread(place: StacksPlace, weighed: WeighedView): StacksPlace {
  const tids = [undefined, ...weighed.threads.map(({ tid }) => tid)];
  const tid = tids[(tids.indexOf(place.tid) + 1) % tids.length];
  return { ...place, tid, zoom: [], cursor: [], row: 0 };
}

export function nextFrequency(place: StacksPlace): StacksPlace {
  return { ...place, hz: FREQUENCIES[(FREQUENCIES.indexOf(place.hz) + 1) % FREQUENCIES.length] ?? 49 };
}
