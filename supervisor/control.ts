/**
 * The supervisor's control service on its unix socket, and its client.
 *
 * The socket lies in the state folder, which only the same user may enter.
 * Thin on both sides: what is asked for is done by supervisor.ts.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { SupervisorService } from "../proto/supervisor/contract.ts";
import type { ReloadResponse__Output } from "../proto/types/supervisor/v1/ReloadResponse.ts";
import type { Service__Output } from "../proto/types/supervisor/v1/Service.ts";
import { removeIfThere } from "../runtime/files/optional_file.ts";
import { Fault, UsageError } from "../runtime/program/errors.ts";
import { connect } from "../runtime/rpc/connect.ts";
import { implement, serverStream, unary } from "../runtime/rpc/handlers.ts";
import { serve } from "../runtime/rpc/serve.ts";
import {
  changeFromWire,
  changeToWire,
  refusedAsFault,
  refusedAsUsage,
} from "./change_wire.ts";
import type { ServiceChange } from "./config_changes.ts";
import type { SupervisorEvent } from "./event.ts";
import type { MeasuredSnapshot } from "./service_snapshot.ts";
import type { Status } from "./state.ts";
import type { Reloaded, Supervisor } from "./supervisor.ts";

/** The longest path that a unix socket can have, on Linux and macOS. */
const MAX_SOCKET_PATH = 100;
/** How long a change is waited for if the caller names no time. */
const CHANGE_MS = 60_000;

/** Returns where the supervisor of a state folder listens. */
export async function controlAddress(stateDir: string): Promise<string> {
  const path = join(stateDir, "control.sock");
  if (path.length <= MAX_SOCKET_PATH) return `unix:${path}`;
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(stateDir),
  );
  const name = new Uint8Array(digest).toHex().slice(0, 16);
  return `unix:/tmp/denizen-${Deno.uid()}-${name}/control.sock`;
}

/**
 * Serves the control service until disposed.
 *
 * @param supervisor What it commands.
 * @param onShutdown Called when somebody asks for the end of everything.
 */
export async function serveControl(
  supervisor: Supervisor,
  onShutdown: () => void,
): Promise<AsyncDisposable> {
  const address = await controlAddress(supervisor.config.stateDir);
  const path = address.slice("unix:".length);
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await Deno.chmod(dirname(path), 0o700);
  // A supervisor that was killed leaves its socket; we hold its lock.
  await removeIfThere(path);
  const change = (
    act: (
      names: readonly string[],
      signal: AbortSignal,
    ) => Promise<MeasuredSnapshot[]>,
  ) =>
    unary<{ names: string[]; waitMs: number }, { services: WireService[] }>(
      async ({ names = [], waitMs }, { signal }) => {
        try {
          const services = await act(names, within(waitMs, signal));
          return { services: services.map(toWire) };
        } catch (error) {
          // The caller named something that is not there.
          if (error instanceof UsageError) {
            throw new Fault("not_found", error.message);
          }
          throw error;
        }
      },
    );
  const outcome = async (reloading: Promise<Reloaded>) => {
    const { changes, services } = await refusedAsFault(reloading);
    return {
      changes: changes.map(changeToWire),
      services: services.map(toWire),
    };
  };
  const server = await serve({
    address,
    services: {
      "supervisor.v1.SupervisorService": implement(SupervisorService, {
        List: unary(async () => ({
          services: (await supervisor.measure()).map(toWire),
          supervisorPid: Deno.pid,
        })),
        Start: change((names, signal) => supervisor.start(names, signal)),
        Stop: change((names, signal) => supervisor.stop(names, signal)),
        Restart: change((names, signal) => supervisor.restart(names, signal)),
        Reload: unary(({ dryRun = false, waitMs }, { signal }) =>
          outcome(supervisor.reload({ dryRun, signal: within(waitMs, signal) }))
        ),
        Scale: unary(({ replicas = {}, waitMs }, { signal }) =>
          outcome(
            supervisor.scale(
              new Map(Object.entries(replicas)),
              within(waitMs, signal),
            ),
          )
        ),
        Shutdown: unary(() => {
          // After the answer has left.
          setTimeout(onShutdown, 0);
          return { supervisorPid: Deno.pid };
        }),
        WatchEvents: serverStream(
          async function* ({ afterSequence, knownOnly }, { signal }) {
            const { known, follow } = supervisor.events;
            const events = knownOnly
              ? known(afterSequence)
              : follow(afterSequence, signal);
            for await (const event of events) yield eventToWire(event);
          },
        ),
      }),
    },
  });
  return {
    async [Symbol.asyncDispose]() {
      await server.stop(500);
      await removeIfThere(path);
    },
  };
}

/** What a change of the config has done, or would do. */
export interface ConfigOutcome {
  changes: ServiceChange[];
  /** Those that it started or restarted. */
  services: MeasuredSnapshot[];
}

/** Commands the supervisor of one config. */
export interface Control {
  /** Lists the services, and the supervisor's pid. */
  list(): Promise<{ services: MeasuredSnapshot[]; supervisorPid: number }>;
  /** Starts, stops or restarts; empty: all that run. Returns those named. */
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
  /** Ends everything, the supervisor included; returns its pid. */
  shutdown(): Promise<number>;
}

/**
 * Connects to the supervisor that runs a config.
 *
 * @param stateDir Its state folder.
 * @param options `waitForReady`: waits for one that is about to start.
 * @throws {Fault} From every method: `unavailable` if none runs.
 */
export async function connectControl(
  stateDir: string,
  { waitForReady = false }: { waitForReady?: boolean } = {},
): Promise<Control> {
  const connection = connect(await controlAddress(stateDir), {
    name: "the supervisor",
  });
  return {
    async list() {
      const { services, supervisorPid } = await orNotRunning(
        connection.unary(SupervisorService.List, {}),
      );
      return { services: services.map(fromWire), supervisorPid };
    },
    async change(verb, names, waitMs = CHANGE_MS) {
      const { services } = await orNotRunning(
        connection.unary(SupervisorService[verb], {
          names: [...names],
          waitMs,
        }, { deadlineMs: waitMs + 5_000, waitForReady }),
      );
      return services.map(fromWire);
    },
    reload: (dryRun, waitMs = CHANGE_MS) =>
      outcomeOf(
        connection.unary(SupervisorService.Reload, { dryRun, waitMs }, {
          deadlineMs: waitMs + 5_000,
        }),
      ),
    scale: (replicas, waitMs = CHANGE_MS) =>
      outcomeOf(
        connection.unary(SupervisorService.Scale, {
          replicas: Object.fromEntries(replicas),
          waitMs,
        }, { deadlineMs: waitMs + 5_000 }),
      ),
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
  const { changes, services } = await refusedAsUsage(orNotRunning(answer));
  return {
    changes: changes.map(changeFromWire),
    services: services.map(fromWire),
  };
}

/** Aborts when the caller leaves, or its patience ends. */
function within(waitMs: number | undefined, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(waitMs || CHANGE_MS)]);
}

async function orNotRunning<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw asNotRunning(error);
  }
}

/** Says in plain words that there is no supervisor. */
function asNotRunning(error: unknown): unknown {
  return error instanceof Fault && error.code === "unavailable"
    ? new Fault(
      "unavailable",
      'No supervisor runs this config; start one with "deno task supervise"',
      { cause: error },
    )
    : error;
}

type WireService = ReturnType<typeof toWire>;

function toWire({ service: _, status, ...rest }: MeasuredSnapshot) {
  return { ...rest, status: statusToWire(status) };
}

function fromWire(wire: Service__Output): MeasuredSnapshot {
  return {
    name: wire.name,
    // A replica is called <service>-<number>; only the supervisor knows.
    service: wire.name,
    status: statusFromWire(wire.status),
    restarts: wire.restarts,
    detail: wire.detail,
    ...present(wire, ["pid", "uptimeMs", "cpuPercent", "rssBytes", "address"]),
  };
}

function eventToWire({ type, ...event }: SupervisorEvent) {
  const wire = { ...event, type: type.toUpperCase() as Uppercase<typeof type> };
  if (!("status" in wire)) return wire;
  return {
    ...wire,
    status: statusToWire(wire.status),
    previous: statusToWire(wire.previous),
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

function statusToWire(status: Status) {
  return status.toUpperCase() as Uppercase<Status>;
}

function statusFromWire(status: string): Status {
  return status.toLowerCase() as Status;
}
