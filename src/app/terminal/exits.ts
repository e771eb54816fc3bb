import process from "node:process";

/** How the screen came to its end. */
export interface Ending {
  readonly exitCode: number;
  /** Printed after the terminal is itself again. */
  readonly message: string | undefined;
}

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Everything that ends the screen from outside: signals, a terminal that is gone, an error nobody caught.
 * Returns the function that ends the watch.
 */
export function watchExits(end: (ending: Ending) => void): () => void {
  const onSignal = Object.entries(SIGNALS).map(
    ([signal, exitCode]) => [signal, () => end({ exitCode, message: undefined })] as const,
  );
  const onError = (error: unknown) => end({ exitCode: 1, message: crashMessage(error) });
  // EPIPE or EIO: there is no terminal left to say anything on.
  const onGone = () => end({ exitCode: SIGNALS.SIGHUP, message: undefined });
  for (const [signal, handler] of onSignal) process.on(signal, handler);
  process.on("uncaughtException", onError);
  process.on("unhandledRejection", onError);
  process.stdout.on("error", onGone);
  process.stdin.on("error", onGone);
  process.stdin.on("end", onGone);
  return () => {
    for (const [signal, handler] of onSignal) process.off(signal, handler);
    process.off("uncaughtException", onError);
    process.off("unhandledRejection", onError);
    // The stream may still fail on what was written last.
    process.stdout.off("error", onGone).on("error", () => {});
    process.stdin.off("error", onGone).off("end", onGone);
  };
}

export function crashMessage(error: unknown): string {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `bpftop: the screen broke down, which is a bug: ${what}`;
}
