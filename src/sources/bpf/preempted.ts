import type { KernelFacts } from "./kernelFacts.ts";

/**
 * From 7.x on a program at a raw or typed tracepoint may be preempted. Whoever then runs on that CPU and comes to the same
 * hook is taken for a recursion: the program does not run, and the event is among the lost (`recursion_misses`; 200 of
 * 8,000 system calls of four busy threads, measured under emulation). As an event of perf (`tracepoint`) it keeps the
 * CPU, and nothing is missed but while someone is preempted in the middle of reading a map: the kernel then gives no such
 * event on that CPU to any program (some ten a read with four threads that do nothing but read files on two CPUs, none
 * without reads; counted as lost, too). Told by a function that came with it. Where interrupts are off anyway (the
 * scheduler's hooks, soft interrupts) there is no difference.
 */
export function isPreemptedAtTracepoints(facts: KernelFacts): boolean {
  return facts.kernelFunction("trace_call_bpf_faultable") !== undefined;
}
