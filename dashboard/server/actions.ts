/**
 * What the page may change: services are started, stopped, restarted and scaled,
 * as the commands of the same names do it.
 *
 * @module
 */

import { log, logDefect } from "../../runtime/program/log.ts";
import { Fault, UsageError } from "../../runtime/program/errors.ts";
import { quantity } from "../../runtime/program/numbers.ts";
import type { Commands } from "../../supervisor/control/remote_commands.ts";
import { stateOf } from "../feeds/service_states.ts";
import type { ActionOutcome } from "../wire.ts";
import { Refusal } from "./answers.ts";

/** What can be done to a service. */
export const VERBS = ["start", "stop", "restart", "scale"] as const;
export type Verb = typeof VERBS[number];

/** Does what the page asks for. */
export type Act = (
  verb: Verb,
  name: string,
  body: unknown,
) => Promise<ActionOutcome>;

/** What is needed for it. */
export interface ActionsOptions {
  /** Undefined where there is no supervisor. */
  commands:
    | Pick<Commands, "start" | "stop" | "restart" | "scale">
    | undefined;
  readOnly: boolean;
  /** The supervisor's name for this process. */
  self: string | undefined;
}

/** How long the page waits for a change, in milliseconds; it goes on after that. */
const WAIT_MS = 60_000;
/** What a change of this process itself is told before it is done. */
const ANSWER_FIRST_MS = 200;
const MAX_REPLICAS = 10_000;

const DONE = { start: "Started", stop: "Stopped", restart: "Restarted" };

/** Makes what does it. */
export function createActions(
  { commands, readOnly, self }: ActionsOptions,
): Act {
  return async (verb, name, body) => {
    if (readOnly) {
      throw new Refusal(
        403,
        `Cannot ${verb} "${name}": this dashboard only shows; "read_only" in the config says so`,
      );
    }
    if (!commands) {
      throw new Refusal(
        409,
        `Cannot ${verb} "${name}": no supervisor runs here`,
      );
    }
    const patience = { waitMs: WAIT_MS };
    if (verb === "scale") {
      const replicas = replicasOf(body);
      const { services } = await asked(
        commands.scale(new Map([[name, replicas]]), patience),
      );
      log(`Scaled ${name} to ${replicas}: asked for by the page`);
      return {
        message: `Scaled ${name} to ${quantity(replicas, "replica")}`,
        services: services.map((each) => stateOf(each, Date.now())),
      };
    }
    if (name === self && verb !== "start") {
      // Nobody would be left to answer.
      setTimeout(() => {
        commands[verb]([name]).catch((error) => {
          // It ends this process before it answers: then all is well.
          if (!(error instanceof Fault)) logDefect("changing itself", error);
        });
      }, ANSWER_FIRST_MS);
      log(`${DONE[verb]} ${name}: asked for by the page`);
      return {
        message: verb === "stop"
          ? `Stopping ${name}: this page will not come back by itself`
          : `Restarting ${name}: this page comes back in a moment`,
        services: [],
      };
    }
    const services = await asked(commands[verb]([name], patience));
    log(`${DONE[verb]} ${name}: asked for by the page`);
    return {
      message: `${DONE[verb]} ${name}`,
      services: services.map((each) => stateOf(each, Date.now())),
    };
  };
}

/** There is no such service: that is the address, and not what was sent. */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const cause = error instanceof UsageError ? error.cause : undefined;
    if (cause instanceof Fault && cause.code === "not_found") throw cause;
    throw error;
  }
}

function replicasOf(body: unknown): number {
  const replicas = typeof body === "object" && body !== null &&
      "replicas" in body
    ? body.replicas
    : undefined;
  if (
    typeof replicas === "number" && Number.isInteger(replicas) &&
    replicas >= 0 && replicas <= MAX_REPLICAS
  ) return replicas;
  throw new Refusal(
    400,
    `Cannot scale: expected {"replicas": a whole number from 0 to ${MAX_REPLICAS}}`,
  );
}
