/**
 * Commands the supervisor of one config, from another process.
 *
 * Loads no server: `ps` needs none.
 *
 * @module
 */

import { resolve } from "node:path";
import { SupervisorService } from "../../proto/supervisor/contract.ts";
import type { ReloadResponse__Output } from "../../proto/types/supervisor/v1/ReloadResponse.ts";
import { statIfThere } from "../../runtime/files/optional_file.ts";
import { abortOnDispose } from "../../runtime/program/abort.ts";
import { Fault, UsageError } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { asPathError } from "../../runtime/program/system_error.ts";
import type { ClientMethod } from "../../runtime/rpc/connect.ts";
import { isUnimplemented } from "../../runtime/rpc/status.ts";
import { requireOwnState, stateDirOf, taskFor } from "../config/config.ts";
import type { RunEntry } from "../state_folder/run_file.ts";
import { controlAddress } from "./address.ts";
import { changeFromWire, refusedAsUsage } from "./change_wire.ts";
import {
  type Commands,
  type ConfigOutcome,
  type Patience,
  WAIT_MS,
} from "./commands.ts";
import { descriptionFromWire } from "./description_wire.ts";
import { eventFromWire } from "./event_wire.ts";
import { connectToRun } from "../../runtime/control/run_connection.ts";
import { present, serviceFromWire } from "./service_wire.ts";
import { updateFromWire } from "./watch_wire.ts";

export type {
  Commands,
  ConfigOutcome,
  Description,
  Listing,
  WaitOutcome,
  WatchItem,
  WatchUpdate,
} from "./commands.ts";
export type { ServiceChange } from "../config/changes.ts";
export type { ServiceDescription } from "../config/description.ts";
export { controlAddress } from "./address.ts";
export {
  isClaimed,
  requireUnclaimed,
  /** Resolves once the supervisor of a state folder has ended. */
  untilReleased as untilEnded,
} from "../state_folder/single_instance.ts";

/** Lists what a supervisor that has ended could not end. */
export async function listUnended(stateDir: string): Promise<RunEntry[]> {
  // Loaded then only: most commands would load a schema library for it.
  const runFile = await import("../state_folder/run_file.ts");
  return await runFile.listUnended(stateDir);
}

/**
 * How long an answer may take besides what is waited for, in milliseconds. The
 * supervisor is on this machine: one that is as busy as its services leave it
 * answers late, and one that is gone leaves a socket that refuses at once.
 */
const ANSWER_MS = 30_000;

/**
 * Connects to the supervisor that runs a config.
 *
 * @param config The path of the config.
 * @param options `waitForReady`: waits for one that is about to start.
 * @returns Its commands. They load no server.
 * @throws {Failure} If somebody else could answer: the folder of its state, or
 * of its socket, is not this user's own.
 */
export async function connectControl(
  config: string,
  { waitForReady = false }: { waitForReady?: boolean } = {},
): Promise<Commands> {
  const stateDir = stateDirOf(config);
  await requireUsablePath(config);
  await requireOwnState(stateDir);
  const connection = connectToRun(
    await controlAddress(stateDir),
    stateDir,
    "the supervisor",
  );
  const orNotRunning = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      throw await asNotRunning(error, config);
    }
  };
  /** Asks for what takes its time. */
  const ask = <Req, Res>(
    method: ClientMethod<Req & { waitMs: number }, Res>,
    request: Req,
    { waitMs = WAIT_MS, answerMs = ANSWER_MS, signal }: Patience = {},
  ): Promise<Res> =>
    refusedAsUsage(orNotRunning(
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
      const { services, supervisorUptimeMs, ...rest } = await orNotRunning(
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
        );
        return { services: services.map(descriptionFromWire), configPath };
      } catch (error) {
        throw isUnimplemented(error)
          ? tooOld(
            error,
            "have the services described by the supervisor",
            config,
          )
          : await asNotRunning(error, config);
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
        if (!signal.aborted) throw await asNotRunning(error, config);
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
          throw tooOld(error, "watch the supervisor", config);
        }
        await refusedAsUsage(orNotRunning(Promise.reject(error)));
      }
    },
    async shutdown() {
      const { supervisorPid } = await orNotRunning(
        connection.unary(SupervisorService.Shutdown, {}, {
          deadlineMs: ANSWER_MS,
        }),
      );
      return supervisorPid;
    },
  };
}

/** Says that a supervisor lacks what is asked. */
function tooOld(cause: unknown, act: string, config: string): Fault {
  return new Fault(
    "failed_precondition",
    `Cannot ${act} of "${
      shortPath(resolve(config))
    }": it is of an older version, which does not tell; see "${
      taskFor("logs -f", config)
    }" and "${taskFor("events -f", config)}", or restart it with this version`,
    { cause },
  );
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

/** Says in plain words that there is no supervisor, or no such config. */
async function asNotRunning(error: unknown, config: string): Promise<unknown> {
  if (!(error instanceof Fault) || error.code !== "unavailable") return error;
  const wrong = await whyNoConfig(config);
  if (wrong !== undefined) return wrongConfig(config, wrong);
  return new Fault(
    "unavailable",
    `${noneRuns(config)}; start one with "${taskFor("supervise", config)}"`,
    { cause: error },
  );
}

/**
 * Checks that a path may be that of a config, which may have been removed.
 *
 * @throws {UsageError} If nobody can look there.
 */
export async function requireUsablePath(config: string): Promise<void> {
  try {
    await statIfThere(resolve(config));
  } catch (error) {
    const reason = asPathError(CANNOT_LOOK, error)?.message;
    if (reason !== undefined) throw wrongConfig(config, reason);
  }
}

function noneRuns(config: string): string {
  return `No supervisor runs "${shortPath(resolve(config))}"`;
}

function wrongConfig(config: string, reason: string): UsageError {
  return new UsageError(
    `${noneRuns(config)}, and ${reason}; --config=FILE names another`,
  );
}

const CANNOT_LOOK = "it cannot be looked at";

/** Says why a path cannot be that of a config; undefined where it may be. */
async function whyNoConfig(path: string): Promise<string | undefined> {
  try {
    const found = await statIfThere(resolve(path));
    if (!found) return "there is no such file";
    return found.isDirectory ? "it is a folder" : undefined;
  } catch (error) {
    // Of anything else `supervise` will tell what is wrong with it.
    return asPathError(CANNOT_LOOK, error)?.message;
  }
}
