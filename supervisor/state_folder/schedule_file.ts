/**
 * What is remembered of services with a schedule from one supervisor to the next:
 * until when somebody has seen to their runs, and how the last one went.
 *
 * @module
 */

import { join } from "node:path";
import * as z from "zod";
import type { ProcessExit } from "../../runtime/process/start_process.ts";
import { log } from "../../runtime/program/log.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { readJson } from "./json_file.ts";
import { createJsonSaver } from "./json_saver.ts";

/** When a service runs, as the config says it. */
export interface WrittenSchedule {
  pattern: string;
  timezone: string | undefined;
}

/** A run that is over. */
export interface PastRun {
  /** When it began, as Unix time in milliseconds. */
  atMs: number;
  /** How it ended; absent where it could not be started. */
  exit?: ProcessExit | undefined;
}

/** What is remembered of one service. */
export interface ScheduleRecord {
  /** Absent where somebody has stopped it: then it misses nothing. */
  awaited?: {
    pattern: string;
    timezone?: string | undefined;
    /** Until when it was seen to, as Unix time in milliseconds. */
    handledMs: number;
  } | undefined;
  lastRun?: PastRun | undefined;
  /** When the run began that is not over, as Unix time in milliseconds. */
  begunMs?: number | undefined;
}

/** What is remembered of all services with a schedule. */
export interface ScheduleFile extends AsyncDisposable {
  /** Returns how the last run of a service went, if there was one. */
  lastRunOf(name: string): PastRun | undefined;
  /** Returns until when a schedule was seen to, if that is known of this one. */
  handledMsOf(name: string, schedule: WrittenSchedule): number | undefined;
  /** Takes note that a schedule is seen to until a time. */
  handled(name: string, schedule: WrittenSchedule, handledMs: number): void;
  /** Takes note that nobody waits for it any more. */
  dropped(name: string): void;
  /** Returns when the run of a service began whose end nobody has seen. */
  begunMsOf(name: string): number | undefined;
  /** Takes note of a run that begins. */
  began(name: string, atMs: number): void;
  /** Takes note of a run that is over. */
  ran(name: string, run: PastRun): void;
  /** From now on nothing is dropped: who stops now starts again later. */
  hold(): void;
  /** Writes the file again, where it is gone. */
  renew(): void;
}

const FILE = "schedules.json";

const EXIT = z.object({
  code: z.number(),
  signal: z.string().nullable() as z.ZodType<ProcessExit["signal"]>,
});

const RECORDS: z.ZodType<Record<string, ScheduleRecord>> = z.record(
  z.string(),
  z.object({
    awaited: z.object({
      pattern: z.string(),
      timezone: z.string().optional(),
      handledMs: z.number(),
    }).optional(),
    lastRun: z.object({ atMs: z.number(), exit: EXIT.optional() }).optional(),
    begunMs: z.number().optional(),
  }),
);

/**
 * Reads what is remembered; disposing waits until all is written.
 *
 * @param services The names of those that there are; others are forgotten.
 * @param onFailure Told why it cannot be written.
 */
export async function openScheduleFile(
  stateDir: string,
  services: readonly string[],
  onFailure?: (reason: string) => void,
): Promise<ScheduleFile> {
  const path = join(stateDir, FILE);
  const found = await readJson(path, RECORDS);
  if (found.status === "damaged") {
    log(
      `Cannot use "${
        shortPath(path)
      }": it is damaged, so it cannot be known which runs were missed`,
    );
  }
  const records = new Map(
    Object.entries(found.status === "read" ? found.value : {})
      .filter(([name]) => services.includes(name)),
  );
  const saver = createJsonSaver(
    path,
    () => Object.fromEntries(records),
    onFailure,
  );
  let isHeld = false;
  const set = (name: string, change: ScheduleRecord) => {
    records.set(name, { ...records.get(name), ...change });
    saver.changed();
  };
  return {
    lastRunOf: (name) => records.get(name)?.lastRun,
    handledMsOf(name, { pattern, timezone }) {
      const awaited = records.get(name)?.awaited;
      return awaited?.pattern === pattern && awaited.timezone === timezone
        ? awaited.handledMs
        : undefined;
    },
    handled: (name, schedule, handledMs) =>
      set(name, { awaited: { ...schedule, handledMs } }),
    dropped(name) {
      if (!isHeld && records.has(name)) set(name, { awaited: undefined });
    },
    begunMsOf: (name) => records.get(name)?.begunMs,
    began: (name, begunMs) => set(name, { begunMs }),
    ran: (name, lastRun) => set(name, { lastRun, begunMs: undefined }),
    hold: () => void (isHeld = true),
    renew: saver.changed,
    [Symbol.asyncDispose]: saver.saved,
  };
}
