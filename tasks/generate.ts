/**
 * The `generate` command: writes made-up events to a file or to standard
 * output.
 *
 * generator.ts decides what the events are. The pipeline command calls
 * {@linkcode writeEvents} for its default input.
 *
 * @module
 */

import { dirname, join } from "node:path";
import {
  ifThere,
  removeIfThere,
  statIfThere,
} from "../runtime/files/optional_file.ts";
import { systemReason } from "../runtime/files/system_reason.ts";
import { type Guardian, startGuardian } from "../runtime/process/guardian.ts";
import { Failure, UsageError } from "../runtime/program/errors.ts";
import {
  choice,
  integer,
  readFlags,
  text,
  toggle,
} from "../runtime/program/flags.ts";
import { listenForInterrupts } from "../runtime/program/interrupts.ts";
import { log } from "../runtime/program/log.ts";
import { quantity } from "../runtime/program/numbers.ts";
import { shortPath, userPath } from "../runtime/program/paths.ts";
import {
  asPathError,
  isSystemError,
  withPathErrors,
} from "../runtime/program/system_error.ts";
import { partialPath } from "../stages/sink/sink.ts";
import {
  makeOwnState,
  nearestConfig,
  stateDirOf,
} from "../supervisor/config/config.ts";
import { typesFromFlag } from "./generate/event_types.ts";
import {
  DEFAULT_OPTIONS,
  generateEvents,
  type GeneratorOptions,
} from "./generate/generator.ts";
import { claimFile, linkTarget } from "./run/claims.ts";
import { printHelp } from "./terminal/help.ts";

/** The flags that say which events to make, for every command that makes some. */
export const generateFlags = {
  count: integer("events to generate", DEFAULT_OPTIONS.count, {
    min: 0,
    max: 1_000_000_000,
  }),
  users: integer("different users", DEFAULT_OPTIONS.users, {
    min: 1,
    max: 1_000_000,
  }),
  seed: integer(
    "start of the random numbers; a seed always gives the same events",
    DEFAULT_OPTIONS.seed,
    { min: 0, max: 2 ** 32 - 1 },
  ),
  types: {
    placeholder: "NAMES|N",
    help: "event types: names with commas between them, or how many",
    defaultText: DEFAULT_OPTIONS.types.join(","),
    fallback: DEFAULT_OPTIONS.types,
    read: typesFromFlag,
  },
  distribution: choice(
    ["uniform", "zipf", "burst"],
    "how times, types and users spread",
  ),
  workload: choice(
    ["events", "work-items", "mixed", "access-log"],
    "plain events, CPU-bound work items, both, or answers of a web server",
  ),
  payload: choice(["small", "medium", "large"], "size of a work item"),
  iterations: integer(
    "rounds of work a work item asks for",
    DEFAULT_OPTIONS.iterations,
    {
      min: 1,
      max: 10_000,
    },
  ),
};

/** All flags of the command. */
export const generateCommandFlags = {
  output: text(
    "FILE|-",
    "where to write; - is standard output (default: .denizen/events.ndjson)",
  ),
  ...generateFlags,
  help: toggle("print this"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @returns The exit code, where a signal has ended it.
 * @throws {UsageError} If a flag is wrong or the output's folder is missing.
 * @throws {Failure} If the output cannot be written.
 */
export async function generate(argv: string[]): Promise<number | void> {
  const { output, help, ...options } =
    readFlags(argv, generateCommandFlags).flags;
  if (help) {
    return printHelp(
      "generate [flags]",
      "Writes made-up events as NDJSON; a seed always gives the same bytes.",
      generateCommandFlags,
    );
  }
  if (output === "-") {
    const bytes = await printEvents(options);
    if (bytes !== undefined) {
      logWritten(options.count, bytes, "standard output");
    }
    return;
  }
  const path = output ? userPath(output) : await defaultFile("events.ndjson");
  await using guardian = startGuardian();
  using interrupts = listenForInterrupts();
  const { stop } = interrupts;
  await using _mine = await claimOutput(path, guardian);
  try {
    const bytes = await writeEvents(options, path, { signal: stop, guardian });
    logWritten(options.count, bytes, output ?? shortPath(path));
  } catch (error) {
    if (!stop.aborted) throw error;
    return stop.reason;
  }
}

/** Keeps runs away from the file; undefined for what is none, as a pipe. */
async function claimOutput(
  path: string,
  guardian: Pick<Guardian, "removeLock">,
): Promise<AsyncDisposable | undefined> {
  const target = await linkTarget(path);
  const isFile = await withPathErrors(
    `Cannot write "${target}"`,
    () => isReplaceable(target),
  );
  if (!isFile) return undefined;
  return await claimFile({ path: target, flag: "--output" }, guardian);
}

/**
 * Finds where a file goes that nobody gave a place: `.denizen/` beside the user's
 * config, or beside the user where there is none. Makes the folder.
 */
export async function defaultFile(name: string): Promise<string> {
  const folder = stateDirOf(nearestConfig());
  // The supervisor's socket lives here too: this user's business only.
  try {
    await makeOwnState(folder, { mustClose: false });
  } catch (error) {
    throw isSystemError(error) ? cannotWrite(`"${folder}"`, error) : error;
  }
  return join(folder, name);
}

/** Options for {@linkcode writeEvents}. */
export interface WriteOptions {
  /** Stops the writing; `writeEvents` then throws the signal's reason. */
  signal?: AbortSignal;
  /** Removes what is half written when this process is killed. */
  guardian?: Pick<Guardian, "remove">;
}

/**
 * Writes made-up events to a file.
 *
 * The file appears whole or not at all: it is written under another name in the
 * same folder, which is removed on failure. A device, a pipe or a symbolic link
 * is written to as it is, since a rename would replace it.
 *
 * @param path An absolute path.
 * @returns The number of bytes written.
 * @throws {UsageError} If `path` is a folder or its folder does not exist.
 * @throws {Failure} If the file cannot be written, for example on a full disk.
 */
export async function writeEvents(
  options: Partial<GeneratorOptions>,
  path: string,
  { signal, guardian }: WriteOptions = {},
): Promise<number> {
  try {
    if (!await isReplaceable(path)) {
      // A link may lead to where no file is yet.
      using file = await Deno.open(path, {
        write: true,
        create: true,
        truncate: true,
      });
      return await copyBlocks(options, file, signal);
    }
    const partial = partialPath(path, crypto.randomUUID());
    try {
      guardian?.remove(partial);
      using file = await Deno.open(partial, { write: true, createNew: true });
      const bytes = await copyBlocks(options, file, signal);
      await Deno.rename(partial, path);
      return bytes;
    } catch (error) {
      await removeIfThere(partial);
      throw error;
    }
  } catch (error) {
    throw asPathError(`Cannot write "${path}"`, error) ??
      (isSystemError(error) ? cannotWrite(`"${path}"`, error) : error);
  }
}

/**
 * Tells whether `path` is a file, or can become one.
 *
 * @throws {UsageError} If it is a folder, or its folder does not exist.
 */
async function isReplaceable(path: string): Promise<boolean> {
  const folder = dirname(path);
  const parent = await statIfThere(folder);
  if (!parent?.isDirectory) {
    throw new UsageError(
      `Cannot write "${path}": ${
        parent
          ? `"${folder}" is not a folder`
          : `the folder "${folder}" does not exist`
      }`,
    );
  }
  const existing = await ifThere(Deno.lstat(path));
  if (existing?.isDirectory) {
    throw new UsageError(`Cannot write "${path}": it is a folder`);
  }
  return existing?.isFile ?? true;
}

/** Writes to standard output; undefined if its reader did not want it all. */
async function printEvents(
  options: Partial<GeneratorOptions>,
): Promise<number | undefined> {
  try {
    return await copyBlocks(options, Deno.stdout);
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return undefined;
    throw isSystemError(error) ? cannotWrite("standard output", error) : error;
  }
}

async function copyBlocks(
  options: Partial<GeneratorOptions>,
  to: Pick<typeof Deno.stdout, "write">,
  signal?: AbortSignal,
): Promise<number> {
  let bytes = 0;
  for (const block of generateEvents(options)) {
    for (let start = 0; start < block.length;) {
      signal?.throwIfAborted();
      start += await to.write(block.subarray(start));
    }
    bytes += block.length;
  }
  return bytes;
}

/** Puts the system's words, such as "No space left on device", into ours. */
function cannotWrite(what: string, error: Error): Failure {
  return new Failure(`Cannot write ${what}: ${systemReason(error)}`, 1, {
    cause: error,
  });
}

function logWritten(count: number, bytes: number, where: string): void {
  log(
    `Wrote ${quantity(count, "event")} (${sizeText(bytes)}) to ${where}`,
  );
}

function sizeText(bytes: number): string {
  if (bytes < 1e3) return `${bytes} bytes`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9
    ? `${(bytes / 1e6).toFixed(1)} MB`
    : `${(bytes / 1e9).toFixed(1)} GB`;
}
