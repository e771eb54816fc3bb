/** From stack numbers to named frames. */
import type { StackMap } from "../bpf/maps.ts";
import type { ProcessId } from "../process.ts";
import { type Frame, awaitsPerfMap } from "./frame.ts";
import { Symbolizer } from "./symbolizer.ts";

/** One for all sources: symbols of a file are the same for on-CPU and off-CPU stacks. */
const symbolizer = new Symbolizer();
let prepared: Promise<void> | undefined;

/** The stacks of one attachment, each named once. */
export class Stacks {
  readonly #map: StackMap;
  readonly #kernel = new Map<number, readonly Frame[]>();
  readonly #user = new Map<string, readonly Frame[]>();
  /** Stacks with code that a perf map may come to name, and how long it was when they were looked at. */
  readonly #awaiting = new WeakMap<readonly Frame[], number>();
  readonly #met = new Set<string>();
  /** Those who were asked where their code lies since the last {@link meet}: it has hardly moved meanwhile. */
  readonly #asked = new Set<string>();
  #settled = false;

  constructor(map: StackMap) {
    this.#map = map;
    // What was named before the symbols were there is named again.
    prepared ??= symbolizer.prepare();
    void prepared.then(() => {
      this.#kernel.clear();
      this.#settled = true;
    });
  }

  /** Whether a user stack and the kernel stack beside it stay as they are. */
  isFinal(user: readonly Frame[]): boolean {
    return this.#settled && !user.some(awaitsPerfMap);
  }

  /**
   * Asks each new process where its code lies. Call at each reading, before any stack is named: reading the symbols of
   * the first one's files may take longer than the last one lives.
   */
  meet(processes: Iterable<{ readonly pid: number; readonly start_ms: number }>): void {
    this.#asked.clear();
    for (const { pid, start_ms } of processes) if (!this.#met.has(`${pid} ${start_ms}`)) this.#ask(pid, start_ms);
  }

  #ask(pid: number, startMs: number): void {
    const key = `${pid} ${startMs}`;
    if (this.#asked.has(key)) return;
    this.#met.add(key);
    this.#asked.add(key);
    symbolizer.remember(pid, startMs);
  }

  /** Innermost first. */
  kernel(id: number): readonly Frame[] {
    let frames = this.#kernel.get(id);
    if (frames === undefined) {
      frames = withoutOurselves(this.#map.addresses(id).map((address) => symbolizer.kernelFrame(address)));
      this.#kernel.set(id, frames);
    }
    return frames;
  }

  /** Innermost first. */
  user(id: number, process: ProcessId): readonly Frame[] {
    const key = `${process.pid} ${process.startMs} ${id}`;
    let frames = this.#user.get(key);
    if (frames === undefined) {
      this.#ask(process.pid, process.startMs);
      frames = symbolizer.userStack(process.pid, process.startMs, this.#map.addresses(id));
      this.#user.set(key, frames);
      if (frames.some(awaitsPerfMap)) this.#awaiting.set(frames, symbolizer.perfMapBytes(process.pid, process.startMs));
    } else if (this.#awaiting.has(frames)) {
      // A JIT compiler writes down what it made a little later, or only when it is asked to.
      const bytes = symbolizer.perfMapBytes(process.pid, process.startMs);
      if (bytes !== this.#awaiting.get(frames)) {
        this.#user.delete(key);
        return this.user(id, process);
      }
    }
    return frames;
  }
}

/** A stack taken at a tracepoint begins with the program that took it. */
function withoutOurselves(frames: readonly Frame[]): readonly Frame[] {
  const first = frames.findIndex((frame) => !/^(bpf_prog_|bpf_trace_run|__traceiter_|__bpf_trace_)/.test(frame.name));
  return first < 0 ? frames : frames.slice(first);
}
