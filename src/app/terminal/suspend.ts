import process from "node:process";

/** A process group without a shell over it is not stopped at all; then the screen comes back by itself. */
const UNSTOPPED_MS = 300;

/**
 * Stops the whole job as Ctrl-Z does in a cooked terminal, `npm start` and the launcher included, and resolves
 * when it is continued.
 */
export async function stopJob(): Promise<void> {
  await new Promise<void>((resolve) => {
    const go = () => {
      clearTimeout(timer);
      process.off("SIGCONT", go);
      resolve();
    };
    const timer = setTimeout(go, UNSTOPPED_MS);
    process.on("SIGCONT", go);
    process.kill(0, "SIGTSTP");
  });
}
