/**
 * What the supervisor tells of: typed events, each with a number.
 *
 * docs/operate.md lists the types with their fields; what is there stays there.
 *
 * @module
 */

import {
  describeLoss,
  type OutputLoss,
} from "../../runtime/program/lost_output.ts";
import type { ServiceNote } from "../service/note.ts";
import { isAlive, type State, type Status } from "../service/state.ts";

/** What has happened. `type` says which fields there are. */
export type EventBody =
  | ServiceStateEvent
  /** `service`: the unique name of the service or replica. */
  | (ServiceNote & { service: string })
  /** The config file was read again and is in force; `services` differ. */
  | { type: "config_reloaded"; services: readonly string[] }
  /**
   * Lines could not be written, or are written again: those of a service to its
   * log, or the supervisor's own to its standard output or error.
   */
  | { type: "output_lost"; service?: string; output: LostOutput; lines: number }
  /** Somebody has changed how many replicas of a service are to run. */
  | { type: "service_scaled"; service: string; replicas: number }
  /** A supervisor has taken charge of the config. */
  | { type: "supervisor_started"; pid: number }
  /** The state folder was removed, and is made anew. */
  | { type: "state_renewed" }
  /** Everything is being stopped. */
  | { type: "supervisor_stopping" }
  /** Everything has stopped, and the supervisor ends. */
  | { type: "supervisor_stopped" }
  /** The events from `from` up to this one's number are no longer known. */
  | { type: "events_lost"; from: number };

/** Where lines were to be written; "attach": by whoever watches from outside. */
export type LostOutput =
  | "log"
  | "standard output"
  | "standard error"
  | "attach";

/** A service went from one status to another. */
export interface ServiceStateEvent {
  type: "service_state";
  /** The unique name of the service or replica. */
  service: string;
  status: Status;
  previous: Status;
  pid?: number;
  /** How often it was started again after it had ended by itself. */
  restarts: number;
  /**
   * How its process ended, where that led to the status; 128 plus the signal's
   * number if a signal ended it.
   */
  exitCode?: number;
  /** The signal that ended it. */
  signal?: Deno.Signal;
  /** With status exited: whether somebody had asked for that. */
  asked?: boolean;
  /**
   * With status backing_off: the restarts in a row that have led to nothing,
   * once they are many.
   */
  crashLoop?: number;
}

/** An event as the log keeps it. */
export type SupervisorEvent = EventBody & {
  /** Counts up by 1, and goes on where the supervisor before has ended. */
  sequence: number;
  /** Unix time in milliseconds. */
  timeMs: number;
  /** What happened, for a reader. */
  message: string;
};

/** An event as it is written: to the file, and by `events --json`. */
export interface EventRecord {
  sequence: number;
  /** ISO 8601 with milliseconds. */
  time: string;
  type: string;
  service?: string;
  state?: string;
  previous?: string;
  message: string;
}

/** Makes the event for lines that were lost, or are written again. */
export function outputLostEvent(
  output: LostOutput,
  loss: OutputLoss,
  service?: string,
): EventBody & { message: string } {
  return {
    type: "output_lost",
    ...(service === undefined ? {} : { service }),
    output,
    lines: loss.lines,
    message: describeLoss(output, loss),
  };
}

/** Makes the event for a service that has gone from one state to another. */
export function serviceStateEvent(
  { name, state, restarts }: { name: string; state: State; restarts: number },
  previous: State,
): ServiceStateEvent {
  return {
    type: "service_state",
    service: name,
    status: state.status,
    previous: previous.status,
    ...(isAlive(state) ? { pid: state.pid } : {}),
    restarts,
    ...exitFields(state),
  };
}

/** Tells how a process ended, where that is what the state is about. */
function exitFields(
  state: State,
): Pick<ServiceStateEvent, "exitCode" | "signal" | "asked" | "crashLoop"> {
  const exit = "exit" in state ? state.exit : undefined;
  return {
    ...(exit ? { exitCode: exit.code } : {}),
    ...(exit?.signal ? { signal: exit.signal } : {}),
    ...(state.status === "exited" ? { asked: state.asked } : {}),
    ...("crashLoop" in state ? { crashLoop: state.crashLoop } : {}),
  };
}

/** Puts an event into the shape in which it is written. */
export function eventRecord(
  { sequence, timeMs, message, ...body }: SupervisorEvent,
): EventRecord {
  const head = { sequence, time: new Date(timeMs).toISOString() };
  if (body.type !== "service_state") return { ...head, ...body, message };
  const { type, service, status: state, ...rest } = body;
  return { ...head, type, service, state, ...rest, message };
}

/** Reads what {@linkcode eventRecord} has made; undefined for anything else. */
export function parseEventRecord(line: string): EventRecord | undefined {
  try {
    const record: EventRecord = JSON.parse(line);
    return Number.isSafeInteger(record?.sequence) ? record : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Makes the event that stands for those from `from` to `to`, which are gone.
 *
 * @param timeMs That of the next event that is known: time goes on with the
 * numbers.
 */
export function eventsLost(
  from: number,
  to: number,
  timeMs: number,
  message = from === to
    ? `event ${from} is no longer known`
    : `events ${from} to ${to} are no longer known`,
): SupervisorEvent {
  return { type: "events_lost", sequence: to, timeMs, from, message };
}

/**
 * Makes the event for a reader that has seen a number which is not there yet:
 * somebody has removed the files.
 *
 * @param seen The number that the reader has seen.
 * @param oldest The oldest number that is known now.
 * @param timeMs When that event was.
 */
export function numbersBegunAnew(seen: number, oldest: number, timeMs: number) {
  const message = `the numbers have begun anew: event ${seen} is gone`;
  return eventsLost(1, oldest - 1, timeMs, message);
}

/** Says who an event is about, and what it is, in one line. */
export function describeEvent(
  event: { service?: string; message: string },
): string {
  return event.service === undefined
    ? event.message
    : `${event.service}: ${event.message}`;
}
