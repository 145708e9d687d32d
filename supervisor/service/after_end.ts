/**
 * Decides what follows the end of a process, or of a launch that failed.
 *
 * next_action.ts asks it; how often a service is restarted is decided in
 * restart_policy.ts.
 *
 * @module
 */

import { nextStep } from "../../runtime/process/restart_policy.ts";
import {
  describeExit,
  type ProcessExit,
} from "../../runtime/process/start_process.ts";
import { quantity } from "../../runtime/program/numbers.ts";
import {
  awaitSchedule,
  change,
  type Circumstances,
  type Decision,
  type Keep,
  type Memory,
  note,
  seek,
} from "./decision.ts";
import type { RunEnd } from "./process_run.ts";
import type { AliveState, StateEvent } from "./state.ts";

/** Without a healthcheck, a process that has run so long counts as healthy. */
export const PROVEN_MS = 1_000;
/** Said of a process that has ended well and left others running. */
const IN_BACKGROUND =
  "it left processes running: does it put itself into the background? Have it run in the foreground";

/** Decides what follows the end of a process. */
export function afterEnd(
  state: AliveState,
  memory: Memory,
  end: RunEnd,
  circumstances: Circumstances,
): Decision {
  const { memory: next, actions } = followIntent(
    state,
    memory,
    end,
    circumstances,
  );
  return end.leftBehind === ""
    ? { memory: next, actions }
    : { memory: next, actions: [note(end.leftBehind), ...actions] };
}

/** Decides what follows a launch that has started no process. */
export function afterFailedLaunch(
  why: string,
  memory: Memory,
  circumstances: Circumstances,
): Decision {
  return followPolicy(
    { success: false, healthyMs: undefined, why },
    { type: "gave_up", reason: why },
    memory,
    circumstances,
  );
}

function followIntent(
  state: AliveState,
  memory: Memory,
  end: RunEnd,
  circumstances: Circumstances,
): Decision {
  const { exit } = end;
  const how = describeExit(exit);
  const asked = change({ type: "ended", exit, asked: true }, how);
  const { intent } = memory;
  switch (intent.type) {
    case "rest":
      return { memory, actions: [asked] };
    case "schedule": {
      const { nextRun } = circumstances;
      return nextRun
        ? awaitSchedule(memory, nextRun, { words: how, exit })
        : { memory: { ...memory, intent: { type: "rest" } }, actions: [asked] };
    }
    case "start": {
      const words = circumstances.nextRun
        ? "is asked to run now"
        : "is asked to start";
      return { memory, actions: [asked, ...seek(words)] };
    }
    case "keep": {
      const { words, isAdvice } = end.lastWords;
      const why = intent.unfit?.why ?? causeOf(intent, end);
      const isOverLimit = intent.unfit?.isOverLimit === true;
      const { memory: next, actions } = followPolicy(
        {
          success: exit.code === 0 && !intent.unfit,
          healthyMs: healthyMs(intent, state, circumstances),
          why,
          // The figures have been told when it was ended.
          ...(isOverLimit ? { told: "was over its mem_limit" } : {}),
          exit,
        },
        isOverLimit ? { type: "gave_up", reason: why, exit } : {
          type: "ended",
          exit,
          asked: false,
          ...(why === how ? {} : { reason: why }),
        },
        memory,
        circumstances,
      );
      return isAdvice
        ? { memory: next, actions: [{ type: "advise", words }, ...actions] }
        : { memory: next, actions };
    }
  }
}

/** Says how a process has ended, and of what. */
function causeOf(
  { hasLeftGroup }: Keep,
  { exit, lastWords, leftBehind }: RunEnd,
): string {
  const how = describeExit(exit);
  if (lastWords.words !== "") return `${how}: ${lastWords.words}`;
  const wentAway = exit.code === 0 && (hasLeftGroup || leftBehind !== "");
  return wentAway ? `${how}; ${IN_BACKGROUND}` : how;
}

/** Returns how long a process was healthy; undefined if it never was. */
function healthyMs(
  { isProbed, healthySinceMs, unfit }: Keep,
  { startedAtMs }: AliveState,
  { atMs }: Circumstances,
): number | undefined {
  if (!isProbed) {
    return atMs - startedAtMs >= PROVEN_MS ? atMs - startedAtMs : undefined;
  }
  return healthySinceMs === undefined
    ? undefined
    : (unfit?.atMs ?? atMs) - healthySinceMs;
}

/** How a process ended, or failed to start, though nobody had asked it to end. */
interface UnaskedEnd {
  success: boolean;
  /** As nextStep() takes it. */
  healthyMs: number | undefined;
  /** In words that follow the name of the service. */
  why: string;
  /** The same for the event, where less is to be said. @default {why} */
  told?: string;
  exit?: ProcessExit;
}

/**
 * Decides what follows an end that nobody has asked for.
 *
 * @param end How it went, and in words why it is over.
 * @param finish What happens if the service is not to be started again.
 */
function followPolicy(
  { success, healthyMs, why, told = why, exit }: UnaskedEnd,
  finish: Extract<StateEvent, { type: "ended" | "gave_up" }>,
  memory: Memory,
  { policy, atMs, random, nextRun }: Circumstances,
): Decision {
  const step = nextStep(
    policy,
    { success, healthyMs, atMs },
    memory.history,
    random,
  );
  const ended = exit ? { exit } : {};
  const atRest: Memory = { ...memory, intent: { type: "rest" } };
  switch (step.action) {
    case "finish":
      if (nextRun) return untilNextRun(memory, nextRun, told, finish);
      return { memory: atRest, actions: [change(finish, told)] };
    case "give_up": {
      const within = `${(step.withinMs / 1_000).toFixed(1)} s`;
      const reason = `restarted ${
        quantity(step.restarts, "time")
      } within ${within}; the last time it ${why}`;
      if (nextRun) {
        const last = { words: reason, reason, ...ended };
        return awaitSchedule(memory, nextRun, last);
      }
      return {
        memory: atRest,
        actions: [change({ type: "gave_up", reason, ...ended }, reason)],
      };
    }
    case "restart": {
      const { crashLoop, delayMs, history } = step;
      const loop = crashLoop === undefined
        ? ""
        : `crash loop, ${crashLoop} restarts`;
      const event: StateEvent = {
        type: "backs_off",
        untilMs: atMs + delayMs,
        reason: loop ? `${loop}; the last time it ${why}` : why,
        ...(crashLoop === undefined ? {} : { crashLoop }),
        ...ended,
      };
      const when = delayMs === 0 ? "at once" : `in ${delayMs} ms`;
      return {
        memory: { ...memory, intent: { type: "start" }, history },
        actions: [
          change(event, `${told}; ${loop && `${loop}; `}starts again ${when}`),
          // Also at once it is a message: a stop must be heard between two starts.
          { type: "await_time", delayMs },
        ],
      };
    }
  }
}

/** Has a service wait for its next run, once the policy has no more to say. */
function untilNextRun(
  memory: Memory,
  nextRun: () => string,
  words: string,
  finish: Extract<StateEvent, { type: "ended" | "gave_up" }>,
): Decision {
  const { reason, exit } = finish;
  return awaitSchedule(memory, nextRun, {
    words,
    ...(reason === undefined ? {} : { reason }),
    ...(exit ? { exit } : {}),
  });
}
