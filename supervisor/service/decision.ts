/**
 * What can happen to a service, what it is to become, and what there is to do.
 *
 * next_action.ts leads from the first to the last; service_loop.ts does it.
 *
 * @module
 */

import {
  NO_RESTARTS,
  type RestartHistory,
  type RestartPolicy,
} from "../../runtime/process/restart_policy.ts";
import type { ProcessExit } from "../../runtime/process/start_process.ts";
import type { ServiceNote } from "./note.ts";
import type { RunMessage } from "./process_run.ts";
import type { StateEvent } from "./state.ts";

/** What a process and all that it has started use. */
export interface MemoryUsage {
  pid: number;
  rssBytes: number;
  limitBytes: number;
}

/** What can happen to a service. */
export type Message = Wish | Due | AttemptMessage | RunMessage | OverLimit;

/** Somebody wishes it to run, or to rest. */
export type Wish =
  /** `now`: one with a schedule is to run at once, and not when it is due. */
  | { type: "start"; now?: boolean }
  /** `reason`: why, where it does not run. */
  | { type: "stop"; reason?: string };

/** Its schedule says that it is to run. */
export interface Due {
  type: "comes_due";
  /** When that was, as Unix time in milliseconds, and in words. */
  dueMs: number;
  words: string;
}

/** How an attempt to start it gets on. */
export type AttemptMessage =
  | { type: "waits"; for: string }
  | { type: "may_start" }
  | { type: "may_never_start"; reason: string }
  /** The wait before a restart is over. */
  | { type: "due" }
  | {
    type: "launched";
    pid: number;
    /** When it was started. */
    atMs: number;
    isProbed: boolean;
    /** What speaks against its coming up. */
    trouble?: string;
  }
  | { type: "not_launched"; why: string };

/** It uses more memory than it may. */
export interface OverLimit {
  type: "over_limit";
  usage: MemoryUsage;
  reason: string;
}

/** What is to become of a service. */
export type Intent =
  /** It is to rest; a process that it still has is being stopped. */
  | { type: "rest" }
  /** It is to run when its schedule is due; a process that it still has ends. */
  | { type: "schedule" }
  /** It is to start, once what it waits for allows or its process has been stopped. */
  | { type: "start" }
  /** Its process is to run on; once that ends, the restart policy decides. */
  | Keep;

/** A process that is to run on. */
export interface Keep {
  type: "keep";
  /** True if its health is checked. */
  isProbed: boolean;
  /** Since when it is healthy, or was before it became unfit. */
  healthySinceMs?: number;
  /** Why it is not fit to run on, in words for its end, and since when. */
  unfit?: { why: string; atMs: number; isOverLimit?: true };
  /** True when others in its group ran on after it had ended by itself. */
  hasLeftGroup?: true;
}

/** What is remembered of a service besides its state. */
export interface Memory {
  intent: Intent;
  history: RestartHistory;
  /** How often it was started again after it had ended by itself. */
  restarts: number;
}

/** What is remembered of a service that has never run. */
export const NO_MEMORY: Memory = {
  intent: { type: "rest" },
  history: NO_RESTARTS,
  restarts: 0,
};

/** What else a decision goes by. */
export interface Circumstances {
  policy: RestartPolicy;
  /** Now, in milliseconds of performance.now(). */
  atMs: number;
  /** From 0 up to but not including 1. */
  random: number;
  /** Says when its schedule is due next; absent where it has none. */
  nextRun?: () => string;
}

/** One thing to do. */
export type Action =
  /** Its state changes; the message tells of it, and an empty one is not told. */
  | { type: "change"; event: StateEvent; message: string }
  | { type: "note"; note: ServiceNote; message: string }
  /** These words belong in its log. */
  | { type: "advise"; words: string }
  /** It waits for its dependencies, or for a time, and no longer for another. */
  | { type: "await_dependencies" }
  | { type: "await_time"; delayMs: number }
  /** Its process is started; how that went is the next message. */
  | { type: "launch" }
  | { type: "stop_process" };

/** What to do, in this order, and what to remember before. */
export interface Decision {
  memory: Memory;
  actions: readonly Action[];
}

/** Has its state changed. */
export function change(event: StateEvent, message: string): Action {
  return { type: "change", event, message };
}

/** Has something told that changes no state. */
export function note(message: string): Action {
  return { type: "note", note: { type: "service_note" }, message };
}

/** Has it given up for good. */
export function giveUp(reason: string): Action {
  return change({ type: "gave_up", reason }, reason);
}

/** Has it wait for its dependencies, and then start. */
export function seek(message: string): Action[] {
  return [
    change({ type: "waits", for: "" }, message),
    { type: "await_dependencies" },
  ];
}

/** Has it wait until its schedule is due. */
export function awaitSchedule(
  memory: Memory,
  nextRun: () => string,
  last: { words: string; reason?: string; exit?: ProcessExit },
): Decision {
  const { words, ...rest } = last;
  return {
    memory: { ...memory, intent: { type: "schedule" } },
    actions: [
      change(
        { type: "scheduled", ...rest },
        `${words}; its next run is at ${nextRun()}`,
      ),
    ],
  };
}

/** Has its process end. */
export function stop(message: string): Action[] {
  return [change({ type: "stop_began" }, message), { type: "stop_process" }];
}
