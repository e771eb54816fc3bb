/** Reports a test run: a line per test, the failures again at the end, then `N passed, N failed` alone on the last line. */
export default async function* report(events) {
  let passed = 0;
  let skipped = 0;
  const failures = [];
  let file;

  for await (const { type, data } of events) {
    if (type === "test:stderr" || type === "test:stdout") yield data.message;
    if (type !== "test:pass" && type !== "test:fail") continue;
    // A suite, and a file that ran, are reported as well; what counts is the tests in them.
    if (data.details.type === "suite" || (data.name === data.file && type === "test:pass")) continue;
    if (data.file !== file) {
      file = data.file;
      yield `\n${relative(file)}\n`;
    }
    const indent = "  ".repeat(data.nesting + 1);
    const took = `${Math.round(data.details.duration_ms)} ms`;
    if (data.skip !== undefined || data.todo !== undefined) {
      skipped++;
      yield `${indent}- ${data.name} (skipped${typeof data.skip === "string" ? `: ${data.skip}` : ""})\n`;
    } else if (type === "test:pass") {
      passed++;
      yield `${indent}ok ${data.name} (${took})\n`;
    } else if (data.details.error.failureType !== "subtestsFailed") {
      failures.push(data);
      yield `${indent}FAILED ${data.name} (${took})\n`;
    }
  }

  for (const { name, file, line, details } of failures) {
    const { cause = details.error, exitCode, signal } = details.error;
    const ended = signal ? ` (${signal})` : exitCode ? ` (exit status ${exitCode})` : "";
    yield `\nFAILED ${relative(file)}:${line} ${name}${ended}\n${cause?.stack ?? cause}\n`;
  }
  if (skipped > 0) yield `\n${skipped} skipped\n`;
  yield `\n${passed} passed, ${failures.length} failed\n`;
}

const relative = (file) => (file ?? "").replace(`${process.cwd()}/`, "");
