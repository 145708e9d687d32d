/**
 * The runs of one service with a schedule: when the next one is due, which were
 * missed, and how the last one went.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";
import type { ProcessExit } from "../../runtime/process/start_process.ts";
import { nextRunMs, type Schedule } from "../config/schedule.ts";
import type { ScheduleFile } from "../state_folder/schedule_file.ts";
import type { Due } from "./decision.ts";
import type { ServiceNote } from "./note.ts";
import {
  type Clock,
  createScheduleClock,
  type Missed,
} from "./schedule_clock.ts";
import { describeMissed, momentIn } from "./schedule_words.ts";

/** The runs of a service, as far as they are known. */
export interface Runs {
  /** When the next one is due, as Unix time in milliseconds and in words. */
  next?: { atMs: number; words: string };
  /** The last one that is over: when it began, and how it ended. */
  last?: { atMs: number; exit?: ProcessExit | undefined };
}

/** Knows the runs of one service. */
export interface Timetable {
  /** Waits for the runs of a schedule; undefined: for none. */
  follow(schedule: Schedule | undefined): void;
  /** Says when a schedule is due next. */
  nextRun(schedule: Schedule): string;
  /** Takes note that a run has begun, and how it has ended. */
  began(): void;
  ended(exit?: ProcessExit): void;
  /** What is known by now. */
  runs(): Runs;
}

/** What is remembered of the runs of services. */
export type RunMemory = Pick<
  ScheduleFile,
  | "handledMsOf"
  | "handled"
  | "dropped"
  | "lastRunOf"
  | "begunMsOf"
  | "began"
  | "ran"
>;

/** What a timetable needs. */
export interface TimetableContext {
  clock: Clock;
  memory: RunMemory;
  /** Hears that a run is due. */
  onDue(due: Due): void;
  /** Hears what else there is to tell. */
  onNote(message: string, note: ServiceNote): void;
}

const NO_SUPERVISOR = "while no supervisor ran";
const ASLEEP = "while the machine slept or its clock was set";

/** Makes the timetable of a service; it waits for no run yet. */
export function createTimetable(
  name: string,
  { clock, memory, onDue, onNote }: TimetableContext,
): Timetable {
  let followed: Schedule | undefined;
  let isFirstLook = false;
  let began: number | undefined;

  const words = ({ timezone }: Schedule, atMs: number) =>
    momentIn(timezone, atMs, clock.now());
  const listener = {
    onDue(dueMs: number) {
      if (!followed) return;
      memory.handled(name, followed, dueMs);
      onDue({ type: "comes_due", dueMs, words: words(followed, dueMs) });
    },
    onMissed(missed: Missed) {
      if (!followed) return;
      memory.handled(name, followed, missed.lastMs);
      const why = isFirstLook ? NO_SUPERVISOR : ASLEEP;
      onNote(describeMissed(missed, followed, clock.now(), why), {
        type: "runs_missed",
        runs: missed.runs,
        dueMs: missed.firstMs,
      });
    },
  };
  const scheduleClock = createScheduleClock(clock, listener);

  /** Tells of a run that the supervisor before has not seen to its end. */
  const tellCutOff = (schedule: Schedule) => {
    const atMs = memory.begunMsOf(name);
    if (atMs === undefined || began !== undefined) return;
    memory.ran(name, { atMs });
    onNote(
      `was cut off in its run, which began at ${
        words(schedule, atMs)
      }, when the supervisor was killed`,
      { type: "service_note" },
    );
  };

  return {
    follow(schedule) {
      if (isDeepStrictEqual(schedule, followed)) return;
      followed = schedule;
      if (!schedule) {
        memory.dropped(name);
        return scheduleClock.disarm();
      }
      tellCutOff(schedule);
      const nowMs = clock.now();
      const handledMs = memory.handledMsOf(name, schedule);
      memory.handled(name, schedule, handledMs ?? nowMs);
      isFirstLook = true;
      scheduleClock.arm(schedule, handledMs ?? nowMs);
      isFirstLook = false;
    },
    nextRun(schedule) {
      const atMs = nextRunMs(schedule, clock.now());
      return atMs === undefined ? "no time" : words(schedule, atMs);
    },
    began() {
      began = clock.now();
      memory.began(name, began);
    },
    ended(exit) {
      memory.ran(name, { atMs: began ?? clock.now(), exit });
      began = undefined;
    },
    runs() {
      const last = memory.lastRunOf(name);
      const atMs = scheduleClock.nextRunMs;
      return {
        ...(followed && atMs !== undefined
          ? { next: { atMs, words: words(followed, atMs) } }
          : {}),
        ...(last ? { last } : {}),
      };
    },
  };
}
