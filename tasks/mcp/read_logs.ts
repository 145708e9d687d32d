/**
 * What the services wrote, from the log files.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";
import {
  type LogEntry,
  openLogReader,
} from "../../supervisor/logs/log_reader.ts";
import { mergeLogs } from "../control/merge_logs.ts";
import { namedMoment } from "../control/since_flag.ts";
import type { Answer } from "./answer.ts";
import { isNamed, type Place, requireNames } from "./place.ts";

/** The most lines that may be asked for. */
export const MOST_LINES = 1_000;
/** As many as are given where nobody says a number. */
export const USUAL_LINES = 100;

/** What may be asked. */
export interface LogsQuestion {
  services?: readonly string[] | undefined;
  /** As `logs --since` has it. */
  since?: string | undefined;
  /** Only lines before this, in the same words. */
  until?: string | undefined;
  /** Part of a line; small and capital letters are the same. */
  search?: string | undefined;
  stream?: "stdout" | "stderr" | undefined;
  tail?: number | undefined;
}

/** Lines, and how many there were before them. */
export interface LogLines {
  lines: LogEntry[];
  left: number;
}

/**
 * Answers with the last lines that are wanted, oldest first.
 *
 * @throws {UsageError} If there is no such service, or no such time.
 */
export async function readLogs(
  place: Place,
  question: LogsQuestion,
): Promise<Answer> {
  const { services = [], tail = USUAL_LINES } = question;
  const names = await place.logNames();
  const known = names.map((name) => ({ name }));
  if (names.length > 0) requireNames(services, known);
  const { lines, left } = await lastLines(place, question, tail);
  const oldest = lines[0]?.time;
  return {
    says: [
      names.length === 0
        ? `No service of "${place.config}" has written anything yet.`
        : lines.length === 0
        ? "No line is as wanted."
        : "Each line: time, service, stream, text; the oldest first.",
    ],
    data: lines.map(({ time, service, stream, text }) =>
      `${time} ${service} ${stream} | ${text}`
    ),
    keep: "last",
    left,
    rest: `they are older; ask with until=${
      oldest === undefined ? "TIME" : JSON.stringify(oldest)
    }, with a search or for one service`,
  };
}

/** Reads the last lines that are wanted. */
export async function lastLines(
  place: Pick<Place, "logs" | "logNames">,
  { services = [], since, until, search, stream }: LogsQuestion,
  count: number,
): Promise<LogLines> {
  const from = new Date(since === undefined ? 0 : namedMoment("since", since));
  const [first, end] = [
    from.toISOString(),
    until === undefined
      ? undefined
      : new Date(namedMoment("until", until)).toISOString(),
  ];
  const wanted = search?.toLowerCase();
  let found = 0;
  const merged = mergeLogs((entry) => {
    const isWanted = entry.time >= first &&
      (end === undefined || entry.time < end) &&
      (stream === undefined || entry.stream === stream) &&
      (wanted === undefined ||
        stripVTControlCharacters(entry.text).toLowerCase().includes(wanted));
    if (isWanted) found++;
    return isWanted;
  });
  using readers = new DisposableStack();
  for (const name of await place.logNames()) {
    if (!isNamed({ name }, services)) continue;
    await merged.add(readers.use(openLogReader(place.logs, name)), count);
  }
  const lines: LogEntry[] = [];
  for await (const entries of merged.take()) lines.push(...entries);
  const last = lines.slice(Math.max(0, lines.length - count));
  return { lines: last, left: found - last.length };
}
