/**
 * Decides what follows a break of the chain: to go on, and how carefully, or to
 * give up.
 *
 * Starts nothing and reads no clock. When a stage dies twice in the same part
 * of the input, a line in that part may be the cause. Then the run goes through
 * that part one batch at a time, with fewer and fewer events in a batch, until
 * the line is known.
 *
 * @module
 */

import { createPlaces, type Place, placeOf } from "../stages/events/places.ts";
import type { Position } from "../proto/pipeline/batches.ts";
import { grouped } from "../runtime/program/numbers.ts";
import type { StageName } from "../stages/names.ts";
import { stageOf, type WorkerName } from "./workers.ts";

/** How a chain broke. */
export interface Break {
  /** The processes that died of it, or whose death it was. */
  dead: readonly WorkerName[];
  /** What has happened, for a message. */
  what: string;
  /** What was saved, and what had been sent; undefined if it never was open. */
  reached: Reached | undefined;
}

/** How far a chain had come. */
export interface Reached {
  committed: Position;
  sent: Position;
  /**
   * True where ingest's last word has not been heard: more may have been saved,
   * and sent.
   */
  atLeast?: boolean;
}

/** How to go through a part of the input; see the contract. */
export interface Care {
  batch: number;
  until: number;
}

/** What has happened so far. */
export interface History {
  recoveries: number;
  /** Deaths of one stage in the same part of the input. */
  streak: { stage: StageName; deaths: number; until: Position } | undefined;
  /** How the part was last gone through. */
  care: Care | undefined;
}

/** What the run allows. */
export interface RecoveryPolicy {
  maxRecoveries: number;
  /** Most events in a batch. */
  batch: number;
  /** The inputs of the run, in order. @default {only one} */
  inputs?: readonly string[];
}

/** What to do next. */
export type Recovery =
  | { action: "recover"; history: History }
  | { action: "give_up"; reason: string };

/** Nothing has happened yet. */
export const UNBROKEN: History = {
  recoveries: 0,
  streak: undefined,
  care: undefined,
};

/** A stage that dies so often at one event has a reason to. */
const DEATHS_OF_ONE_EVENT = 3;
/**
 * The part is gone through in so many batches. Each is saved by itself, which
 * takes some milliseconds, so a part costs about a second.
 */
const STEPS = 100;

/** Returns what follows `broken` after all that is in `history`. */
export function nextRecovery(
  { maxRecoveries, batch, inputs = [] }: RecoveryPolicy,
  history: History,
  broken: Break,
): Recovery {
  const { dead, what, reached } = broken;
  const streak = nextStreak(history, broken);
  if (streak && reached && streak.deaths >= DEATHS_OF_ONE_EVENT) {
    const { committed, sent, atLeast } = reached;
    if (!atLeast && sent.event - committed.event === 1) {
      const { line, offset, file } = placeOfEvent(committed, sent, inputs);
      const input = file === undefined ? "the input" : `"${file}"`;
      return {
        action: "give_up",
        reason:
          `${what}, ${streak.deaths} times by now at event ${committed.event}, line ${line} of ${input} (byte ${offset}); look at that line, and at what "${
            dead[0]
          }" has said`,
      };
    }
  }
  if (history.recoveries >= maxRecoveries) {
    return {
      action: "give_up",
      reason: maxRecoveries === 0
        ? `${what}, and --max-recoveries=0`
        : `${what}, and --max-recoveries=${maxRecoveries} is used up`,
    };
  }
  return {
    action: "recover",
    history: {
      recoveries: history.recoveries + 1,
      streak,
      care: nextCare(streak, reached, batch),
    },
  };
}

/** Where the one event is that was sent and is not saved. */
function placeOfEvent(
  committed: Position,
  sent: Position,
  inputs: readonly string[],
): Place {
  const places = createPlaces(Math.max(1, inputs.length));
  const [from, to] = [committed, sent].map(({ offset }) => places.find(offset));
  // A batch ends right after its event, or where the next input begins.
  if (to!.index > from!.index && to!.offset > 0) {
    const line = Math.max(1, sent.line);
    return placeOf({ line, offset: places.startOf(to!.index) }, inputs);
  }
  // Blank lines may stand before it.
  const line = Math.max(committed.line + 1, sent.line);
  return placeOf({ line, offset: committed.offset }, inputs);
}

/**
 * Counts the deaths of one stage in one part of the input. Two that die at once
 * die of something else, and so does one that has nothing to do.
 */
function nextStreak(
  { streak, care }: History,
  { dead, reached }: Break,
): History["streak"] {
  const [name, another] = dead;
  if (!name || another || !reached) return undefined;
  // A line that one process of a stage died of goes to another the next time.
  const stage = stageOf(name);
  const { committed, sent, atLeast } = reached;
  if (sent.offset === committed.offset && !atLeast) return undefined;
  const again = streak?.stage === stage &&
    committed.offset < streak.until.offset;
  if (!again) return { stage, deaths: 1, until: sent };
  // With care there is one batch on its way: it must be that one.
  const narrowed = !atLeast && care && committed.offset < care.until;
  const until = narrowed || sent.offset > streak.until.offset
    ? sent
    : streak.until;
  return { stage, deaths: streak.deaths + 1, until };
}

function nextCare(
  streak: History["streak"],
  reached: Reached | undefined,
  batch: number,
): Care | undefined {
  if (!streak || !reached || streak.deaths < 2) return undefined;
  const events = streak.until.event - reached.committed.event;
  return {
    batch: Math.min(batch, Math.max(1, Math.ceil(events / STEPS))),
    until: streak.until.offset,
  };
}

/** Says what has happened, and what follows. */
export function describeRecovery(
  { dead, what, reached }: Break,
  { recoveries, care }: History,
  { maxRecoveries }: RecoveryPolicy,
): string {
  const action = dead.length === 0
    ? "opening the chain anew"
    : `starting ${dead.length === 1 ? "it" : "them"} again`;
  const from = reached
    ? ` and going on from event ${grouped(reached.committed.event)}`
    : "";
  const careful = care
    ? `, in batches of ${grouped(care.batch)} that are saved one by one`
    : "";
  return `${what}: ${action}${from}${careful} (recovery ${recoveries} of ${maxRecoveries})`;
}
