/**
 * One kernel by hand: npm run vm -- 6.1 'node --test test/kernel/biotop.test.ts'
 * Without a command it shows what `bpftop --json` says of every pane there.
 */
import { boot } from "./boot.ts";
import { KERNELS, kernelNamed } from "./kernels.ts";

const [name, command = "bin/bpftop --json --count 2", append = ""] = process.argv.slice(2);
const known = KERNELS.find((kernel) => kernel === name);
if (known === undefined) {
  process.stderr.write(`usage: npm run vm -- ${KERNELS.join("|")} [COMMAND [KERNEL ARGUMENTS]]\n`);
  process.exit(2);
}
const onOutput = (text: string) => void process.stdout.write(text);
const { status } = await boot({ kernel: kernelNamed(known), command, append, timeoutMs: 3_600_000, onOutput });
process.exitCode = status ?? 1;
