/**
 * The `logs` command: what the services have written, and what they go on to
 * write.
 *
 * It reads the log files, so it works without a supervisor.
 *
 * @module
 */

import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { pause } from "../runtime/program/abort.ts";
import { UsageError } from "../runtime/program/errors.ts";
import {
  type Flag,
  integer,
  readFlags,
  toggle,
} from "../runtime/program/flags.ts";
import { listenForInterrupts } from "../runtime/program/interrupts.ts";
import { log } from "../runtime/program/log.ts";
import { suggestionOrAll } from "../runtime/program/suggest.ts";
import {
  type Config,
  namesOf,
  requireOwnState,
  serviceOf,
  stateDirOf,
} from "../supervisor/config/config.ts";
import { loadConfig } from "../supervisor/config/load_config.ts";
import {
  listLogs,
  type LogEntry,
  openLogReader,
} from "../supervisor/logs/log_reader.ts";
import { ANY_NUMBER, CONTROL_FLAGS } from "./control/flags.ts";
import { mergeLogs } from "./control/merge_logs.ts";
import { moment } from "./control/since_flag.ts";
import { printHelp } from "./terminal/help.ts";
import { terminalWriter } from "./terminal/terminal.ts";

const TAIL = { min: 0, max: 1_000_000 };

/** The flags of the command. */
export const logsFlags = {
  ...CONTROL_FLAGS,
  f: toggle("go on with what is added, until Ctrl-C"),
  follow: toggle("the same"),
  n: integer("begin with the last N lines of each service", undefined, TAIL),
  tail: integer("the same", undefined, TAIL),
  t: toggle("begin each line with its time, as RFC 3339 in UTC"),
  timestamps: toggle("the same"),
  since: moment(
    "only lines after this: 10m for the last ten minutes, or a time",
  ),
  raw: toggle("lines as they came, with every control character"),
  grep: pattern("only lines that match; (?i:...) ignores case"),
};

/** How often growing logs are looked at, in milliseconds. */
const POLL_MS = 100;
/** How long a line may take from its time stamp to its file. */
const WRITE_MS = 100;

/**
 * Runs the command.
 *
 * @param argv Its arguments: flags, and services or replicas (none: all).
 * @returns The exit code: 130 after Ctrl-C.
 * @throws {UsageError} If a flag is wrong, or there is no such service.
 */
export async function logs(argv: string[]): Promise<number> {
  const { flags, words } = readFlags(argv, logsFlags, {
    maxWords: ANY_NUMBER,
  });
  if (flags.help) {
    const summary =
      "Prints what services wrote, by time; --json: one JSON document a line.";
    printHelp("logs [flags] [service ...]", summary, logsFlags);
    return 0;
  }
  const stateDir = stateDirOf(flags.config);
  await requireOwnState(stateDir);
  const folder = join(stateDir, "logs");
  const config = await loadServices(flags.config, folder);
  await requireKnown(words, folder, config);
  const { grep } = flags;
  const since = new Date(flags.since ?? 0).toISOString();
  const merged = mergeLogs(({ time, text }) =>
    time >= since && (!grep || grep.test(stripVTControlCharacters(text)))
  );
  const following = flags.f || flags.follow;
  const asText = flags.t || flags.timestamps ? timedText : plainText;
  const writer = terminalWriter(Deno.stdout);
  using interrupts = listenForInterrupts();
  const stop = AbortSignal.any([interrupts.stop, writer.closed]);
  using readers = new DisposableStack();
  const open = new Set<string>();
  for (let tail = flags.tail ?? flags.n; !stop.aborted; tail = undefined) {
    for (const name of await listLogs(folder)) {
      if (open.has(name) || !isWanted(name, words, config)) continue;
      open.add(name);
      const onMissed = () =>
        log(
          `Lines of ${name} may be missing here: its log was rotated faster than it was read, or emptied`,
        );
      const reader = openLogReader(folder, name, { onMissed });
      await merged.add(readers.use(reader), tail);
    }
    const before = following ? Date.now() - WRITE_MS : undefined;
    for await (const entries of merged.take(before)) {
      if (flags.json) await writer.write(entries.map(asJson).join(""));
      else {
        const lines = entries.map(asText).join("");
        await writer.write(lines, flags.raw ? "raw" : "output");
      }
      if (stop.aborted) break;
    }
    if (!following) break;
    await pause(POLL_MS, stop);
  }
  return interrupts.stop.aborted ? interrupts.stop.reason : 0;
}

function asJson(entry: LogEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

function plainText({ service, text }: LogEntry): string {
  return `${service} | ${text}\n`;
}

/** In front, so that what several commands have printed can be sorted. */
function timedText(entry: LogEntry): string {
  return `${entry.time} ${plainText(entry)}`;
}

/** A config, as far as it can be read. */
type Services = Pick<Config, "services">;

/** True if no word is given, or one names the service or its replica. */
function isWanted(
  name: string,
  words: readonly string[],
  config: Services,
): boolean {
  if (words.length === 0 || words.includes(name)) return true;
  // The config may be broken, or have had more replicas: then the number tells.
  return words.includes(
    serviceOf(config, name) ?? name.replace(/-\d+$/, ""),
  );
}

/**
 * Reads the config; it has no services if it is broken.
 *
 * @throws {UsageError} If it is broken, and there is no log either.
 */
async function loadServices(path: string, folder: string): Promise<Services> {
  try {
    return await loadConfig(path);
  } catch (error) {
    // Logs are there to be read when the config is broken, too.
    const isBroken = error instanceof UsageError;
    if (isBroken && (await listLogs(folder)).length > 0) {
      return { services: new Map() };
    }
    throw error;
  }
}

/** @throws {UsageError} For a word that has no log and never will. */
async function requireKnown(
  words: readonly string[],
  folder: string,
  config: Services,
): Promise<void> {
  const names = await listLogs(folder);
  const known = namesOf(config);
  for (const word of words) {
    if (names.some((name) => isWanted(name, [word], config))) continue;
    if (known.includes(word)) continue;
    throw new UsageError(
      `Cannot find a log of "${word}" in ${folder}${
        suggestionOrAll(word, [...new Set([...names, ...known])])
      }`,
    );
  }
}

/** A flag with a regular expression. */
function pattern(help: string): Flag<RegExp | undefined> {
  return {
    placeholder: "REGEX",
    help,
    fallback: undefined,
    read(text) {
      try {
        return new RegExp(text);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        const reason = error.message.replace(/^.*: /s, "");
        throw new UsageError(`expected a regular expression: ${reason}`);
      }
    },
  };
}
