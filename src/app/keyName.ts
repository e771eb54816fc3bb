import type { Key } from "ink";

/** The name by which the keymap knows a key, or the text that was typed: `up`, `ctrl-c`, `space`, `G`. */
export function keyName(input: string, key: Key): string {
  if (key.upArrow) return "up";
  if (key.downArrow) return "down";
  if (key.leftArrow) return "left";
  if (key.rightArrow) return "right";
  if (key.pageUp) return "pageup";
  if (key.pageDown) return "pagedown";
  if (key.home) return "home";
  if (key.end) return "end";
  if (key.return) return "enter";
  if (key.escape) return "esc";
  if (key.backspace || key.delete) return "backspace";
  if (key.tab) return key.shift ? "shift-tab" : "tab";
  if (key.ctrl) return `ctrl-${input}`;
  if (key.meta) return `alt-${input}`;
  return input === " " ? "space" : input === "\n" || input === "\r" ? "enter" : input;
}

/** Keys that came in one read, as when they are held down or typed ahead, one by one. */
export function keyNames(input: string, key: Key): readonly string[] {
  const name = keyName(input, key);
  if (name !== input || [...input].length < 2) return [name];
  return [...input].map((char) => keyName(char, key));
}
