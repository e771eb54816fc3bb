import { type Line, line } from "./line.ts";
export function gauge(_percent: number, _width: number): readonly Line[] {
  return [line("")];
}
