/**
 * The `logs` command: what the services have written, and go on to write.
 *
 * Reads the log files, so it works without a supervisor as well.
 *
 * @module
 */

import { pause } from "../proto/abort.ts";
import { join } from "node:path";
import {
  parseDuration,
  readFlags,
  suggest,
  text,
  toggle,
  UsageError,
} from "../proto/flags.ts";
import { listenForInterrupts } from "../proto/interrupts.ts";
import type { LogEntry } from "../supervisor/log_file.ts";
import {
  listLogs,
  type LogReader,
  openLogReader,
} from "../supervisor/log_reader.ts";
import {
  ANY_NUMBER,
  CONTROL_FLAGS,
  printHelp,
  stateDirOf,
} from "./control_flags.ts";
import { type TerminalWriter, terminalWriter } from "./terminal.ts";

/** The flags of the command. */
export const logsFlags = {
  ...CONTROL_FLAGS,
  f: toggle("go on with what is added, until Ctrl-C"),
  follow: toggle("the same"),
  since: text(
    "TIME",
    "only lines after this: 10m for the last ten minutes, or a date and time",
  ),
};

/** How often growing logs are looked at, in milliseconds. */
const POLL_MS = 100;

/**
 * Runs the command.
 *
 * @param argv Its arguments: flags, and services or replicas (none: all).
 * @returns The exit code: 130 after Ctrl-C.
 * @throws {UsageError} If a flag is wrong, or a service has no log.
 */
export async function logs(argv: string[]): Promise<number> {
  const { flags, words } = readFlags(argv, logsFlags, {
    maxWords: ANY_NUMBER,
  });
  if (flags.help) {
    const summary =
      "Prints what services wrote; --json: one JSON document a line.";
    printHelp("logs [flags] [service ...]", summary, logsFlags);
    return 0;
  }
  const folder = join(stateDirOf(flags.config), "logs");
  const since = new Date(sinceMs(flags.since)).toISOString();
  const writer = terminalWriter(Deno.stdout);
  const following = flags.f || flags.follow;
  using interrupts = listenForInterrupts();
  const stop = AbortSignal.any([interrupts.stop, writer.closed]);
  const readers = new Map<string, LogReader>();
  if (!following) await requireLogs(folder, words);
  while (!stop.aborted) {
    for (const name of await listLogs(folder)) {
      if (isWanted(name, words) && !readers.has(name)) {
        readers.set(name, openLogReader(folder, name));
      }
    }
    for await (const entry of inOrder([...readers.values()])) {
      if (stop.aborted) break;
      if (entry.time >= since) await writeEntry(writer, entry, flags.json);
    }
    if (!following) break;
    await pause(POLL_MS, stop);
  }
  await writer.write("");
  return interrupts.stop.aborted ? interrupts.stop.reason : 0;
}

/** True if no word is given, or one names the service or its replica. */
function isWanted(name: string, words: readonly string[]): boolean {
  return words.length === 0 || words.includes(name) ||
    words.includes(name.replace(/-\d+$/, ""));
}

async function requireLogs(folder: string, words: readonly string[]) {
  const names = await listLogs(folder);
  for (const word of words) {
    if (names.some((name) => isWanted(name, [word]))) continue;
    throw new UsageError(
      `Cannot find a log of "${word}" in ${folder}; ${suggest(word, names)}`,
    );
  }
}

/** Merges the new lines of several logs by their times. */
async function* inOrder(
  readers: readonly LogReader[],
): AsyncGenerator<LogEntry> {
  const heads: {
    entries: LogEntry[];
    next: number;
    more(): Promise<LogEntry[]>;
  }[] = [];
  for (const reader of readers) {
    const blocks = reader.readNew();
    const more = async () => (await blocks.next()).value ?? [];
    const entries = await more();
    if (entries.length > 0) heads.push({ entries, next: 0, more });
  }
  while (heads.length > 0) {
    const earliest = heads.reduce((best, each) =>
      each.entries[each.next]!.time < best.entries[best.next]!.time
        ? each
        : best
    );
    yield earliest.entries[earliest.next++]!;
    if (earliest.next < earliest.entries.length) continue;
    earliest.entries = await earliest.more();
    earliest.next = 0;
    if (earliest.entries.length === 0) heads.splice(heads.indexOf(earliest), 1);
  }
}

function writeEntry(writer: TerminalWriter, entry: LogEntry, json: boolean) {
  return writer.write(
    json ? `${JSON.stringify(entry)}\n` : `${entry.service} | ${entry.text}\n`,
  );
}

/** Reads --since. */
function sinceMs(value: string | undefined): number {
  if (value === undefined) return 0;
  const agoMs = parseDuration(value);
  const atMs = agoMs === undefined ? Date.parse(value) : Date.now() - agoMs;
  if (!Number.isNaN(atMs)) return atMs;
  throw new UsageError(
    `Cannot read --since="${value}": expected a time such as 10m or 2026-01-31T08:00`,
  );
}
