/** The program: reads the command line, joins a feed to an output, and ends with an exit status. */
import { release } from "node:os";
import process from "node:process";
import type { AnyPane } from "../panes/pane.ts";
import { overviewPanes, panes } from "../panes/registry.ts";
import { useSources } from "../panes/use/build.ts";
import {
  type Command,
  DEFAULT_INTERVAL_MS,
  EXIT_FAILURE,
  EXIT_USAGE,
  type FrameOptions,
  type Generated,
  UsageError,
  helpText,
  parseCommand,
} from "./cli.ts";
import { neededBy } from "./fed.ts";
import type { Feed, Frame } from "./feed.ts";

// The outputs and the feeds are imported when they are wanted: --help needs no libbpf, --json no Ink.

declare const BPFTOP_VERSION: string | undefined;

const VERSION = typeof BPFTOP_VERSION === "string" ? BPFTOP_VERSION : "from source";

type DoctorCommand = Extract<Command, { kind: "doctor" }>;
type JsonCommand = Extract<Command, { kind: "json" }>;
type ScreenCommand = Extract<Command, { kind: "screen" }>;

async function main(argv: readonly string[]): Promise<number> {
  const command = parseCommand(argv, panes);
  switch (command.kind) {
    case "help":
      process.stdout.write(helpText(panes));
      return 0;
    case "version":
      process.stdout.write(`bpftop ${VERSION}\n`);
      return 0;
    case "schema": {
      const { jsonSchema } = await import("./outputs/jsonSchema.ts");
      process.stdout.write(`${JSON.stringify(jsonSchema(panes), null, 2)}\n`);
      return 0;
    }
    case "generate":
      process.stdout.write(await generated(command.what));
      return 0;
    case "doctor":
      return doctor(command);
    case "json":
      return json(command);
    case "screen":
      return screen(command);
  }
}

async function generated(what: Generated): Promise<string> {
  if (what === "man") {
    const { manPage } = await import("./outputs/man.ts");
    return manPage(panes, { version: VERSION, date: buildDate() });
  }
  const { completions } = await import("./outputs/completions.ts");
  return completions[what](panes);
}

/** The date that a package is built for, by the custom of reproducible builds; else today. */
function buildDate(): Date {
  const epoch = Number(process.env["SOURCE_DATE_EPOCH"] || Number.NaN);
  return Number.isFinite(epoch) ? new Date(epoch * 1000) : new Date();
}

/** Before anything is opened, attached or read. */
async function dropRights(): Promise<void> {
  const { dropRights } = await import("../sources/bpf/dropRights.ts");
  dropRights();
}

async function doctor({ json, schema, hooks }: DoctorCommand): Promise<number> {
  if (hooks !== undefined) process.env["BPFTOP_HOOKS"] = hooks;
  const { doctorSchema, runDoctor } = await import("./doctor/doctor.ts");
  if (schema) {
    process.stdout.write(`${JSON.stringify(doctorSchema, null, 2)}\n`);
    return 0;
  }
  await dropRights();
  const { text, isWell } = await runDoctor(VERSION, json);
  process.stdout.write(text);
  return isWell ? 0 : EXIT_FAILURE;
}

async function json({ count, panes, ...options }: JsonCommand): Promise<number> {
  if (options.replay === undefined) await dropRights();
  const { streamJson } = await import("./outputs/jsonStream.ts");
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => stop.abort());
  process.stdout.on("error", () => stop.abort());

  let broken: Error | undefined;
  const feed = await openFeed(options, {
    paced: false,
    warn,
    onEnd(error) {
      broken = error;
      stop.abort();
    },
  });
  const failed = new Set<string>();
  feed.subscribe(({ snapshots }) => {
    for (const [id, { state }] of Object.entries(snapshots)) {
      if (state.kind !== "failed" || failed.has(id)) continue;
      failed.add(id);
      warn(`${id}: ${state.why}; ${state.advice}`);
    }
  });
  const sources = (frame?: Frame) => new Set([...panes.flatMap((pane) => neededBy(pane, frame)), ...useSources]);
  const write = (line: string) => void process.stdout.write(line);
  await streamJson({ feed, panes, sources, count, write, stop: stop.signal });
  feed.close();
  if (broken !== undefined) throw broken;
  const isEmpty = (pane: AnyPane) => failed.has(pane.source) && (pane.kind !== "table" || pane.otherwise === undefined);
  return panes.every(isEmpty) ? EXIT_FAILURE : 0;
}

async function screen({ pane, ...options }: ScreenCommand): Promise<number> {
  const { terminalProblem } = await import("./terminal/problem.ts");
  const problem = terminalProblem();
  if (problem !== undefined) throw new Error(problem);
  if (options.replay === undefined) await dropRights();
  const { runScreen } = await import("./screen.tsx");
  // The screen has the terminal: what went wrong meanwhile is said after it.
  const warnings: string[] = [];
  const feed = await openFeed(options, {
    paced: true,
    warn: (text) => warnings.push(text),
    onEnd: (error) => error && warnings.push(error.message),
  });
  const status = await runScreen({
    feed,
    panes: overviewPanes,
    tools: panes,
    startPane: pane,
    label: options.replay ?? `Linux ${release()}`,
    intervalMs: options.intervalMs ?? DEFAULT_INTERVAL_MS,
  });
  feed.close();
  warnings.forEach(warn);
  return status;
}

interface FeedEvents {
  /** Whether a recording is shown at its own pace. */
  readonly paced: boolean;
  readonly warn: (text: string) => void;
  /** A recording has come to its end, or to a line that makes no sense. */
  readonly onEnd: (error?: Error) => void;
}

async function openFeed(
  { intervalMs, record, replay, hooks }: FrameOptions,
  { paced, warn, onEnd }: FeedEvents,
): Promise<Feed> {
  if (replay !== undefined) {
    const { replayFeed } = await import("./replayFeed.ts");
    const feed = replayFeed({ file: replay, intervalMs, paced });
    feed.ended.then(() => onEnd(), onEnd);
    return feed;
  }
  if (hooks !== undefined) process.env["BPFTOP_HOOKS"] = hooks;
  const { liveFeed } = await import("./liveFeed.ts");
  // A short first line would surprise whoever reads the others; a short first screen is welcome.
  const feed = liveFeed({ intervalMs: intervalMs ?? DEFAULT_INTERVAL_MS, quickStart: paced });
  if (record === undefined) return feed;
  const { recordingFeed } = await import("./outputs/record.ts");
  const sources = new Set([...panes.flatMap((pane) => neededBy(pane, undefined)), ...useSources]);
  return recordingFeed(feed, record, sources, (error) => warn(`recording to ${record} ended: ${error.message}`));
}

function warn(text: string): void {
  process.stderr.write(`bpftop: ${text}\n`);
}

// Otherwise it is called MainThread in every top, its own included.
process.title = "bpftop";
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) warn(`${error.message} (bpftop --help tells more)`);
  else warn(error instanceof Error ? (process.env["BPFTOP_DEBUG"] && error.stack) || error.message : String(error));
  process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FAILURE;
}
