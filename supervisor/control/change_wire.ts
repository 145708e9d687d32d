/**
 * How changes of the config travel between the supervisor and its commands.
 *
 * service.ts calls one direction, client.ts the other.
 *
 * @module
 */

import type {
  ServiceChange as WireChange,
  ServiceChange__Output,
} from "../../proto/types/supervisor/v1/ServiceChange.ts";
import {
  Fault,
  type FaultCode,
  UsageError,
} from "../../runtime/program/errors.ts";
import { UnknownServiceError } from "../config/config.ts";
import type { ChangeKind, ServiceChange } from "../config/changes.ts";

/** Writes a change for the wire. */
export function changeToWire(
  { change, keys, starts, stops, restarts, ...rest }: ServiceChange,
): WireChange {
  return {
    ...rest,
    change: change.toUpperCase() as Uppercase<ChangeKind>,
    keys: [...keys],
    starts: [...starts],
    stops: [...stops],
    restarts: [...restarts],
  };
}

/** Reads a change from the wire. */
export function changeFromWire(
  { change, ...rest }: ServiceChange__Output,
): ServiceChange {
  return { ...rest, change: change.toLowerCase() as ChangeKind };
}

/** Passes what the user got wrong on to the command that asked. */
export async function refusedAsFault<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const isUnknown = error instanceof UnknownServiceError;
    throw new Fault(isUnknown ? "not_found" : "invalid", error.message, {
      cause: error,
    });
  }
}

/** What the user has written is wrong, or names nothing that there is. */
const USERS_FAULTS: ReadonlySet<FaultCode> = new Set(["invalid", "not_found"]);

/** Turns it back: the command ends as if it had read the config itself. */
export async function refusedAsUsage<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Fault) || !USERS_FAULTS.has(error.code)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}
