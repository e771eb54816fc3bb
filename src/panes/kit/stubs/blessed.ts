/**
 * Stands in for `blessed` under blessed-contrib's widgets. They only draw into a canvas of their own here; the real
 * one would take the terminal, and swallow SIGTERM and SIGINT for as long as the process lives.
 */
import { EventEmitter } from "node:events";

// Constructors that are called with and without `new`, as blessed's are.
function Node(this: unknown): void {}
Object.setPrototypeOf(Node.prototype, EventEmitter.prototype);

function Box(this: Record<string, unknown>): void {
  EventEmitter.call(this as unknown as EventEmitter);
}
Box.prototype = Object.create(Node.prototype as object);

export default { Node, Box };
export { Box, Node };
