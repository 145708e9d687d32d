/**
 * The `events` command: what has happened to the services, and what happens
 * now.
 *
 * It reads the files of the events, so it works without a supervisor. It goes
 * on when one supervisor takes over from another.
 *
 * @module
 */

import { pause } from "../runtime/program/abort.ts";
import { type Flag, readFlags, toggle } from "../runtime/program/flags.ts";
import { listenForInterrupts } from "../runtime/program/interrupts.ts";
import { visibleInLine } from "../runtime/program/visible_text.ts";
import { requireOwnState, stateDirOf } from "../supervisor/config/config.ts";
import { loadConfig } from "../supervisor/config/load_config.ts";
import type { EventRecord } from "../supervisor/events/event.ts";
import { openEventReader } from "../supervisor/events/event_reader.ts";
import { CONTROL_FLAGS } from "./control/flags.ts";
import { parseMoment } from "./control/since_flag.ts";
import { printHelp } from "./terminal/help.ts";
import { terminalWriter } from "./terminal/terminal.ts";

/** Where to begin: after an event's number, and at a Unix time. */
interface Since {
  after: number;
  fromMs: number;
}

/** The flags of the command. */
export const eventsFlags = {
  ...CONTROL_FLAGS,
  f: toggle("go on with what happens, until Ctrl-C"),
  follow: toggle("the same"),
  since: since(
    "only after this: an event's number, 10m for ten minutes ago, or a time",
  ),
};

/** How often the files are looked at, in milliseconds. */
const POLL_MS = 100;

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @returns The exit code: 130 after Ctrl-C.
 * @throws {UsageError} If a flag is wrong.
 */
export async function events(argv: string[]): Promise<number> {
  const { flags } = readFlags(argv, eventsFlags);
  if (flags.help) {
    const summary =
      "Prints what has happened to the services; --json: one event a line.";
    printHelp("events [flags]", summary, eventsFlags);
    return 0;
  }
  using interrupts = listenForInterrupts();
  const writer = terminalWriter(Deno.stdout);
  const stop = AbortSignal.any([interrupts.stop, writer.closed]);
  const { after, fromMs } = flags.since;
  const from = new Date(fromMs).toISOString();
  const following = flags.f || flags.follow;
  const asColumns = eventColumns();
  const stateDir = stateDirOf(flags.config);
  await requireOwnState(stateDir);
  using reader = openEventReader(stateDir, after);
  for (let isFirst = true; !stop.aborted; isFirst = false) {
    const records = await reader.readNew();
    // Nothing at all: the config may be a wrong one.
    if (isFirst && records.length === 0) await loadConfig(flags.config);
    const wanted = records.filter(({ time }) => time >= from);
    await writer.write(
      flags.json ? wanted.map(asJson).join("") : asColumns(wanted),
    );
    if (!following) break;
    await pause(POLL_MS, stop);
  }
  return interrupts.stop.aborted ? interrupts.stop.reason : 0;
}

function asJson(record: EventRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** Writes events as columns that are as wide as what they have had to hold. */
function eventColumns(): (records: readonly EventRecord[]) => string {
  const widths: number[] = [];
  return (records) => {
    const rows = records.map((record) => {
      const { sequence, time, service, previous, state, message } = record;
      const change = previous === state ? state : `${previous} -> ${state}`;
      const words = [`${sequence}`, time, service ?? "supervisor"];
      return {
        words: [...words, change ?? ""].map(visibleInLine),
        message: visibleInLine(message),
      };
    });
    for (const { words } of rows) {
      for (const [column, word] of words.entries()) {
        widths[column] = Math.max(widths[column] ?? 0, word.length);
      }
    }
    return rows.map(({ words, message }) => {
      const cells = words.map((word, column) => word.padEnd(widths[column]!));
      return `${[...cells, message].join("  ")}\n`;
    }).join("");
  };
}

/** A flag that says where to begin. */
function since(help: string): Flag<Since> {
  return {
    placeholder: "NUMBER|TIME",
    help,
    fallback: { after: 0, fromMs: 0 },
    read(text) {
      if (/^\d+$/.test(text)) return { after: Number(text), fromMs: 0 };
      return { after: 0, fromMs: parseMoment(text) };
    },
  };
}
