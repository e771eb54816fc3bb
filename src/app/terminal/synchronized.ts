/** Whether the terminal shows an update all at once (synchronized output, mode 2026). */
import process from "node:process";

/** Mode 2026 is asked for, then what kind of terminal it is: every terminal answers the latter. */
const QUESTION = "\u001b[?2026$p\u001b[c";
const LAST_ANSWER = /\u001b\[\?[\d;]*c/;
const ANSWER_MS = 500;

/** Asks; undefined where there is no terminal to ask, or it does not answer in time. */
export async function synchronizes(): Promise<boolean | undefined> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) return undefined;
  stdin.setRawMode(true);
  try {
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      const take = (data: Buffer) => {
        text += data.toString("latin1");
        if (LAST_ANSWER.test(text)) done();
      };
      const timer = setTimeout(() => done(), ANSWER_MS);
      const done = () => {
        clearTimeout(timer);
        stdin.off("data", take);
        resolve(text);
      };
      stdin.on("data", take);
      stdout.write(QUESTION);
    });
    return synchronizesBy(answer);
  } finally {
    stdin.setRawMode(false);
    stdin.pause().unref();
  }
}

/** 1 and 2 are on and off; 0 is unknown, 3 and 4 can't be changed. Undefined where nothing was answered. */
export function synchronizesBy(answer: string): boolean | undefined {
  if (!LAST_ANSWER.test(answer)) return undefined;
  return /\u001b\[\?2026;[12]\$y/.test(answer);
}
