/**
 * Asks a server for its health, once.
 *
 * How long to wait, how often to ask and what follows is up to whoever asks.
 *
 * @module
 */

import { Fault } from "../program/errors.ts";
import type { Connection } from "./connect.ts";
import { HealthService } from "./health.ts";

/** What has come of a question. */
export type HealthAnswer =
  | { kind: "serving" }
  /** It says that it does not serve, or does not yet. */
  | { kind: "not_serving"; status: string }
  /** It answers, but not with its health: it has no such service, say. */
  | { kind: "no_health"; fault: Fault }
  /** No answer came in time. */
  | { kind: "silent"; fault: Fault }
  /** Nobody could be asked. */
  | { kind: "absent"; fault: Fault };

/** Options for {@linkcode askHealth}. */
export interface AskOptions {
  /** Whose health. @default {"", the whole server's} */
  service?: string;
  /** How long the answer may take, in milliseconds. */
  deadlineMs: number;
  /** Ends the waiting; that counts as silence. @default {never} */
  signal?: AbortSignal;
}

/** Asks once. @throws What is no fault of the call. */
export async function askHealth(
  connection: Pick<Connection, "unary">,
  { service = "", ...options }: AskOptions,
): Promise<HealthAnswer> {
  try {
    const { status } = await connection.unary(
      HealthService.Check,
      { service },
      options,
    );
    return status === "SERVING"
      ? { kind: "serving" }
      : { kind: "not_serving", status };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    switch (fault.code) {
      case "timed_out":
      case "cancelled":
        return { kind: "silent", fault };
      case "unavailable":
        return { kind: "absent", fault };
      default:
        return { kind: "no_health", fault };
    }
  }
}
