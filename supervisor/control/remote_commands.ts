/**
 * The commands of a supervisor over a connection that somebody else has made.
 *
 * Reads no config and no state folder, so that a sandboxed program can use it:
 * one that has the supervisor's socket and the token of the run. client.ts finds
 * both for the commands of a user.
 *
 * @module
 */

import { SupervisorService } from "../../proto/supervisor/contract.ts";
import type { ReloadResponse__Output } from "../../proto/types/supervisor/v1/ReloadResponse.ts";
import { abortOnDispose } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import type {
  CallingOptions,
  ClientMethod,
  Connection,
} from "../../runtime/rpc/connect.ts";
import type { MessageStream } from "../../runtime/rpc/message_stream.ts";
import { isUnimplemented } from "../../runtime/rpc/status.ts";
import { changeFromWire, refusedAsUsage } from "./change_wire.ts";
import {
  type Commands,
  type ConfigOutcome,
  type Patience,
  WAIT_MS,
} from "./commands.ts";
import { descriptionFromWire } from "./description_wire.ts";
import { eventFromWire } from "./event_wire.ts";
import { present, serviceFromWire } from "./service_wire.ts";
import { updateFromWire } from "./watch_wire.ts";

export type {
  Commands,
  ConfigOutcome,
  Description,
  Listing,
  WatchItem,
  WatchUpdate,
} from "./commands.ts";

/** What the commands need of a connection; one of connect() has it. */
export interface SupervisorConnection
  extends Pick<Connection, "unary" | "serverStream"> {
  duplex<Req, Res>(
    method: ClientMethod<Req, Res>,
    options?: CallingOptions,
  ): MessageStream<Res, Req> | Promise<MessageStream<Res, Req>>;
}

/** Options for {@linkcode commandsOver}. */
export interface RemoteOptions {
  /** Waits for a supervisor that is about to start. @default {false} */
  waitForReady?: boolean;
  /** Puts what a call has failed of into other words. @default {as it is} */
  asTold?: (error: unknown) => unknown;
  /** Says that a supervisor is too old for something. @default {in short} */
  tooOld?: (act: string) => string;
}

/**
 * How long an answer may take besides what is waited for, in milliseconds. The
 * supervisor is on this machine: one that is as busy as its services leave it
 * answers late, and one that is gone leaves a socket that refuses at once.
 */
const ANSWER_MS = 30_000;

/** Makes the commands of the supervisor at the other end of `connection`. */
export function commandsOver(
  connection: SupervisorConnection,
  {
    waitForReady = false,
    asTold = (error) => error,
    tooOld = (act) => `Cannot ${act}: it is of an older version`,
  }: RemoteOptions = {},
): Commands {
  const told = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      throw await asTold(error);
    }
  };
  const asTooOld = (cause: unknown, act: string) =>
    new Fault("failed_precondition", tooOld(act), { cause });
  /** Asks for what takes its time. */
  const ask = <Req, Res>(
    method: ClientMethod<Req & { waitMs: number }, Res>,
    request: Req,
    { waitMs = WAIT_MS, answerMs = ANSWER_MS, signal }: Patience = {},
  ): Promise<Res> =>
    refusedAsUsage(told(
      connection.unary(method, { ...request, waitMs: inWire(waitMs) }, {
        deadlineMs: waitMs + answerMs,
        waitForReady,
        ...(signal ? { signal } : {}),
      }),
    ));
  const change =
    (verb: "Start" | "Stop" | "Restart"): Commands["start"] =>
    async (names, patience) => {
      const request = { names: [...names] };
      const { services } = await ask(
        SupervisorService[verb],
        request,
        patience,
      );
      return services.map(serviceFromWire);
    };
  return {
    async list() {
      const { services, supervisorUptimeMs, ...rest } = await told(
        connection.unary(SupervisorService.List, {}, { deadlineMs: ANSWER_MS }),
      );
      return {
        services: services.map(serviceFromWire),
        ...present({ supervisorUptimeMs }, ["supervisorUptimeMs"]),
        ...rest,
      };
    },
    async describe() {
      try {
        const { services, configPath } = await connection.unary(
          SupervisorService.Describe,
          {},
          { deadlineMs: ANSWER_MS },
        );
        return { services: services.map(descriptionFromWire), configPath };
      } catch (error) {
        throw isUnimplemented(error)
          ? asTooOld(error, "have the services described by the supervisor")
          : await asTold(error);
      }
    },
    start: change("Start"),
    stop: change("Stop"),
    restart: change("Restart"),
    reload: async ({ dryRun = false, ...patience } = {}) =>
      outcomeFromWire(
        await ask(SupervisorService.Reload, { dryRun }, patience),
      ),
    async scale(replicas, patience) {
      const request = { replicas: Object.fromEntries(replicas) };
      return outcomeFromWire(
        await ask(SupervisorService.Scale, request, patience),
      );
    },
    async wait(names, patience) {
      const { services, ...rest } = await ask(SupervisorService.Wait, {
        names: [...names],
      }, patience);
      return { services: services.map(serviceFromWire), ...rest };
    },
    async *events(afterSequence, signal) {
      const request = { afterSequence, knownOnly: false };
      const options = { signal, waitForReady };
      const { WatchEvents } = SupervisorService;
      try {
        const events = connection.serverStream(WatchEvents, request, options);
        for await (const event of events) yield eventFromWire(event);
      } catch (error) {
        if (!signal.aborted) throw await asTold(error);
      }
    },
    async *watch(names, signal, { newOnly = false } = {}) {
      const request = { names: [...names], newOnly };
      const { Watch } = SupervisorService;
      using left = abortOnDispose();
      try {
        const { incoming, send } = await connection.duplex(Watch, {
          signal: AbortSignal.any([signal, left.signal]),
        });
        send(request);
        for await (const update of incoming) {
          yield updateFromWire(update);
          send({});
        }
      } catch (error) {
        if (signal.aborted) return;
        if (isUnimplemented(error)) {
          throw asTooOld(error, "watch the supervisor");
        }
        await refusedAsUsage(told(Promise.reject(error)));
      }
    },
    async shutdown() {
      const { supervisorPid } = await told(
        connection.unary(SupervisorService.Shutdown, {}, {
          deadlineMs: ANSWER_MS,
        }),
      );
      return supervisorPid;
    },
  };
}

function outcomeFromWire(
  { changes, services }: ReloadResponse__Output,
): ConfigOutcome {
  return {
    changes: changes.map(changeFromWire),
    services: services.map(serviceFromWire),
  };
}

/** The wire takes whole milliseconds, and no more than a number can tell. */
function inWire(ms: number): number {
  return Math.min(Math.ceil(ms), Number.MAX_SAFE_INTEGER);
}
