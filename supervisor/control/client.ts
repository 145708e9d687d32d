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
import type { Service__Output } from "../../proto/types/supervisor/v1/Service.ts";
import { statIfThere } from "../../runtime/files/optional_file.ts";
import { Fault, UsageError } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { asPathError } from "../../runtime/program/system_error.ts";
import { connect } from "../../runtime/rpc/connect.ts";
import type { ServiceChange } from "../config/changes.ts";
import { stateDirOf, taskFor } from "../config/config.ts";
import type { MeasuredSnapshot } from "../service/snapshot.ts";
import type { Status } from "../service/state.ts";
import type { RunEntry } from "../state_folder/run_file.ts";
import { controlAddress } from "./address.ts";
import { CHANGE_MS, changeFromWire, refusedAsUsage } from "./change_wire.ts";

export type { ServiceChange } from "../config/changes.ts";
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

/** What a change of the config has done, or would do. */
export interface ConfigOutcome {
  changes: ServiceChange[];
  /** Those that it started or restarted. */
  services: MeasuredSnapshot[];
}

/** How services were when the wait for them was over. */
export interface WaitOutcome {
  services: MeasuredSnapshot[];
  /** The names of those that are not ready; none: all is well. */
  late: string[];
  /** True if one of them has failed for good. */
  failed: boolean;
  supervisorPid: number;
}

/** What a supervisor runs. */
export interface Listing {
  services: MeasuredSnapshot[];
  supervisorPid: number;
  /** What else is to be known of the supervisor, a sentence each. */
  notes: string[];
}

/** Commands the supervisor of one config. */
export interface Control {
  /** Lists the services. */
  list(): Promise<Listing>;
  /**
   * Starts, stops or restarts; empty: all that run. Returns those named.
   *
   * @throws {UsageError} For a name that is not in the config.
   */
  change(
    verb: "Start" | "Stop" | "Restart",
    names: readonly string[],
    waitMs?: number,
  ): Promise<MeasuredSnapshot[]>;
  /**
   * Has the config file read again.
   *
   * @throws {UsageError} If the file is wrong; nothing is changed then.
   */
  reload(dryRun: boolean, waitMs?: number): Promise<ConfigOutcome>;
  /**
   * Changes how many replicas of services run.
   *
   * @throws {UsageError} If there is no such service, or it cannot run so often.
   */
  scale(
    replicas: ReadonlyMap<string, number>,
    waitMs?: number,
  ): Promise<ConfigOutcome>;
  /**
   * Waits until services are ready, or one has failed for good; changes nothing.
   *
   * @param names Services or replicas; empty: all that are to run.
   * @param answerMs How long the answer may take besides.
   * @throws {UsageError} For a name that is not in the config.
   */
  wait(
    names: readonly string[],
    waitMs: number,
    answerMs?: number,
  ): Promise<WaitOutcome>;
  /** Ends everything, the supervisor included; returns its pid. */
  shutdown(): Promise<number>;
}

/**
 * Connects to the supervisor that runs a config.
 *
 * @param config The path of the config.
 * @param options `waitForReady`: waits for one that is about to start.
 * @throws {Fault} From every method: `unavailable` if none runs.
 */
export async function connectControl(
  config: string,
  { waitForReady = false }: { waitForReady?: boolean } = {},
): Promise<Control> {
  const connection = connect(await controlAddress(stateDirOf(config)), {
    name: "the supervisor",
  });
  const orNotRunning = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      throw await asNotRunning(error, config);
    }
  };
  const changeOf = (answer: Promise<ReloadResponse__Output>) =>
    outcomeOf(orNotRunning(answer));
  return {
    async list() {
      const { services, supervisorPid, notes } = await orNotRunning(
        connection.unary(SupervisorService.List, {}),
      );
      return { services: services.map(fromWire), supervisorPid, notes };
    },
    async change(verb, names, waitMs = CHANGE_MS) {
      const { services } = await refusedAsUsage(orNotRunning(
        connection.unary(SupervisorService[verb], {
          names: [...names],
          waitMs: inWire(waitMs),
        }, { deadlineMs: waitMs + 5_000, waitForReady }),
      ));
      return services.map(fromWire);
    },
    reload: (dryRun, waitMs = CHANGE_MS) =>
      changeOf(
        connection.unary(SupervisorService.Reload, {
          dryRun,
          waitMs: inWire(waitMs),
        }, {
          deadlineMs: waitMs + 5_000,
        }),
      ),
    scale: (replicas, waitMs = CHANGE_MS) =>
      changeOf(
        connection.unary(SupervisorService.Scale, {
          replicas: Object.fromEntries(replicas),
          waitMs: inWire(waitMs),
        }, { deadlineMs: waitMs + 5_000 }),
      ),
    async wait(names, waitMs, answerMs = 5_000) {
      const { services, ...rest } = await refusedAsUsage(
        orNotRunning(
          connection.unary(SupervisorService.Wait, {
            names: [...names],
            waitMs: inWire(waitMs),
          }, { deadlineMs: waitMs + answerMs, waitForReady }),
        ),
      );
      return { services: services.map(fromWire), ...rest };
    },
    async shutdown() {
      const { supervisorPid } = await orNotRunning(
        connection.unary(SupervisorService.Shutdown, {}),
      );
      return supervisorPid;
    },
  };
}

async function outcomeOf(
  answer: Promise<ReloadResponse__Output>,
): Promise<ConfigOutcome> {
  const { changes, services } = await refusedAsUsage(answer);
  return {
    changes: changes.map(changeFromWire),
    services: services.map(fromWire),
  };
}

/** The wire takes whole milliseconds, and no more than a number can tell. */
function inWire(ms: number): number {
  return Math.min(Math.ceil(ms), Number.MAX_SAFE_INTEGER);
}

/** Says in plain words that there is no supervisor, or no such config. */
async function asNotRunning(error: unknown, config: string): Promise<unknown> {
  if (!(error instanceof Fault) || error.code !== "unavailable") return error;
  const none = `No supervisor runs "${shortPath(resolve(config))}"`;
  const wrong = await whyNoConfig(config);
  if (wrong !== undefined) {
    return new UsageError(`${none}, and ${wrong}; --config=FILE names another`);
  }
  return new Fault(
    "unavailable",
    `${none}; start one with "${taskFor("supervise", config)}"`,
    { cause: error },
  );
}

/** Says why a path cannot be that of a config; undefined where it may be. */
async function whyNoConfig(path: string): Promise<string | undefined> {
  try {
    const found = await statIfThere(resolve(path));
    if (!found) return "there is no such file";
    return found.isDirectory ? "it is a folder" : undefined;
  } catch (error) {
    const wrong = asPathError("it cannot be looked at", error);
    // Of anything else `supervise` will tell what is wrong with it.
    return wrong instanceof UsageError ? wrong.message : undefined;
  }
}

function fromWire(wire: Service__Output): MeasuredSnapshot {
  return {
    name: wire.name,
    service: wire.service,
    status: statusFromWire(wire.status),
    restarts: wire.restarts,
    detail: wire.detail,
    notes: wire.notes,
    ...(typeof wire.exitCode === "number"
      ? {
        exit: {
          code: wire.exitCode,
          signal: (wire.signal ?? null) as Deno.Signal | null,
        },
      }
      : {}),
    ...present(wire, ["pid", "uptimeMs", "cpuPercent", "rssBytes", "address"]),
  };
}

/** Picks the fields that are set; an optional one that is not is absent. */
function present<T extends object, K extends keyof T>(
  wire: T,
  names: readonly K[],
): { [Name in K]?: NonNullable<T[Name]> } {
  return Object.fromEntries(
    names.filter((name) => wire[name] !== undefined && wire[name] !== null)
      .map((name) => [name, wire[name]]),
  ) as { [Name in K]?: NonNullable<T[Name]> };
}

function statusFromWire(status: string): Status {
  return status.toLowerCase() as Status;
}
