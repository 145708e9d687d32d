/**
 * The states of a service and what leads from one to another.
 *
 * A pure function, so that every path through a service's life is a table in a
 * test. next_action.ts turns what happens into the events here. Its times are
 * of performance.now(), which no change of the clock moves.
 *
 * @module
 */

import type { ProcessExit } from "../../runtime/process/start_process.ts";

/** What a service is doing. */
export type State =
  /**
   * Not started yet. `waitingFor` is undefined until somebody asks for a start;
   * then it says in words for whom it waits, or nothing if it just begins.
   */
  | { status: "pending"; waitingFor?: string }
  /** Its process runs and has not been found healthy yet. */
  | Alive<"starting"> & Troubled
  /** Its process runs; nothing tells whether it is healthy. */
  | Alive<"running">
  | Alive<"healthy"> & { healthySinceMs: number } & Troubled
  | Alive<"unhealthy"> & { reason: string }
  /** Waits before it is started again. */
  | {
    status: "backing_off";
    untilMs: number;
    reason: string;
    /** Restarts in a row that have led to nothing; absent while they are few. */
    crashLoop?: number;
    exit?: ProcessExit;
  }
  /** Its process has been asked to end. */
  | Alive<"stopping">
  /** Has no process until its schedule is due; says how the last run ended. */
  | { status: "scheduled"; reason?: string; exit?: ProcessExit }
  /** Ended, and not to be started again by itself. */
  | { status: "exited"; exit?: ProcessExit; asked: boolean; reason?: string }
  /** Given up. */
  | { status: "failed"; reason: string; exit?: ProcessExit };

/** A state in which there is a process. */
interface Alive<Status extends string> {
  status: Status;
  pid: number;
  startedAtMs: number;
}

/** A state that the last check does not speak for. */
interface Troubled {
  /** What it found, or the look before the start, though that does not count. */
  trouble?: string;
}

/** The name of a state. */
export type Status = State["status"];

/** What can happen to a service. */
export type StateEvent =
  | { type: "waits"; for: string }
  | {
    type: "spawned";
    pid: number;
    atMs: number;
    probed: boolean;
    /** What speaks against its coming up; known before its first check. */
    trouble?: string;
  }
  | { type: "probe_passed"; atMs: number }
  /** A check failed, and that does not count. */
  | { type: "probe_passed_over"; words: string }
  /** Failed often enough to count. */
  | { type: "probe_failed"; reason: string }
  | { type: "stop_began" }
  | {
    type: "backs_off";
    untilMs: number;
    reason: string;
    crashLoop?: number;
    exit?: ProcessExit;
  }
  /** Is to run when its schedule is due; after a run with how that ended. */
  | { type: "scheduled"; reason?: string; exit?: ProcessExit }
  /** Ended for good; `asked` when that was somebody's wish. */
  | { type: "ended"; exit?: ProcessExit; asked: boolean; reason?: string }
  | { type: "gave_up"; reason: string; exit?: ProcessExit };

/**
 * Returns the state after `event`; the same object if it changes nothing.
 *
 * An event that comes too late, such as the answer of a probe to a process
 * that is being stopped, changes nothing.
 */
export function nextState(state: State, event: StateEvent): State {
  switch (event.type) {
    case "waits":
      return isAlive(state)
        ? state
        : { status: "pending", waitingFor: event.for };
    case "spawned": {
      if (isAlive(state)) return state;
      const { pid, atMs: startedAtMs, trouble } = event;
      if (!event.probed) return { status: "running", pid, startedAtMs };
      return {
        status: "starting",
        pid,
        startedAtMs,
        ...(trouble === undefined ? {} : { trouble }),
      };
    }
    case "probe_passed":
      return state.status === "healthy"
        ? withoutTrouble(state)
        : state.status === "starting" || state.status === "unhealthy"
        ? {
          status: "healthy",
          pid: state.pid,
          startedAtMs: state.startedAtMs,
          healthySinceMs: event.atMs,
        }
        : state;
    case "probe_passed_over":
      return (state.status === "starting" || state.status === "healthy") &&
          state.trouble !== event.words
        ? { ...state, trouble: event.words }
        : state;
    case "probe_failed":
      return state.status === "starting" || state.status === "healthy"
        ? {
          status: "unhealthy",
          pid: state.pid,
          startedAtMs: state.startedAtMs,
          reason: event.reason,
        }
        : state;
    case "stop_began":
      return isAlive(state) && state.status !== "stopping"
        ? {
          status: "stopping",
          pid: state.pid,
          startedAtMs: state.startedAtMs,
        }
        : state;
    case "backs_off": {
      const { type: _, ...rest } = event;
      return { status: "backing_off", ...rest };
    }
    case "scheduled": {
      const { type: status, ...rest } = event;
      return { status, ...rest };
    }
    case "ended":
      return {
        status: "exited",
        ...(event.exit ? { exit: event.exit } : {}),
        asked: event.asked,
        ...(event.reason === undefined ? {} : { reason: event.reason }),
      };
    case "gave_up":
      return {
        status: "failed",
        reason: event.reason,
        ...(event.exit ? { exit: event.exit } : {}),
      };
  }
}

/** The same object where there is no trouble to forget. */
function withoutTrouble(state: State & Troubled): State {
  if (state.trouble === undefined) return state;
  const { trouble: _, ...rest } = state;
  return rest;
}

/** A state in which the service has a process. */
export type AliveState = Extract<State, { pid: number }>;

/** True when the service has a process. */
export function isAlive(state: State): state is AliveState {
  return "pid" in state;
}

/** True when the service rests until somebody wishes otherwise. */
export function isAtRest(state: State): boolean {
  return state.status === "exited" || state.status === "failed" ||
    (state.status === "pending" && state.waitingFor === undefined);
}

/** True when the service does what it is there for. */
export function isUp(state: State): boolean {
  return state.status === "running" || state.status === "healthy" ||
    state.status === "scheduled";
}

/**
 * True when a service is up, or will hardly be without somebody's help: what
 * waits for it should not wait on.
 */
export function isSettled(state: State): boolean {
  return isUp(state) || state.status === "failed" || hasEnded(state) ||
    isCrashLoop(state);
}

/** True when it has failed so often in a row that one more start hardly helps. */
export function isCrashLoop(state: State): boolean {
  return state.status === "backing_off" && state.crashLoop !== undefined;
}

/** True when its process has ended by itself, for good. */
export function hasEnded(state: State): boolean {
  return state.status === "exited" && !state.asked;
}

/** True when it has done what it was there for. */
export function hasCompleted(state: State): boolean {
  return hasEnded(state) && state.status === "exited" && state.exit?.code === 0;
}
