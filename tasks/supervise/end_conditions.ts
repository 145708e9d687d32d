/**
 * What ends a run of services before somebody stops it.
 *
 * In CI one service is often the test, and the others are what it needs.
 *
 * @module
 */

import { UsageError } from "../../runtime/program/errors.ts";
import {
  type Config,
  requireServices,
  taskFor,
} from "../../supervisor/config/config.ts";
import type { SupervisorEvent } from "../../supervisor/events/event.ts";
import type { Supervisor } from "../../supervisor/supervisor.ts";

/** What ends a run. */
export interface EndConditions {
  /** Ends with this service or replica, and with its exit code. */
  exitCodeFrom?: string;
  /** Ends with the first service that fails for good, or crashes in a loop. */
  abortOnFailure?: boolean;
}

/** How a run ends. */
export interface End {
  /** For the event that tells of it. */
  reason: string;
  exitCode: number;
  /** Told as the last words, where it is a failure. */
  failure?: string;
}

/**
 * Resolves once an event meets one of the conditions; never without one. What
 * happens to the dashboard meets none, unless its exit code is asked for.
 */
export async function untilMet(
  supervisor: Pick<Supervisor, "events" | "config">,
  conditions: EndConditions,
  signal: AbortSignal,
): Promise<End> {
  for await (const event of supervisor.events.follow(0, signal)) {
    const { service } = { service: undefined, ...event };
    if (service !== conditions.exitCodeFrom && looksOn(supervisor, service)) {
      continue;
    }
    const end = endOf(event, conditions);
    if (end) return end;
  }
  return await new Promise(() => {}); // nobody asks any more
}

function looksOn(
  { config: { services } }: Pick<Supervisor, "config">,
  service: string | undefined,
): boolean {
  return services.get(service ?? "")?.[0]?.looksOn === true;
}

/**
 * Decides whether an event ends the run.
 *
 * A service that was stopped because somebody asked for it has not ended, and
 * one that waits to be started again has not either.
 */
export function endOf(
  event: SupervisorEvent,
  { exitCodeFrom, abortOnFailure = false }: EndConditions,
): End | undefined {
  if (event.type !== "service_state") return undefined;
  const { service, status, exitCode = 1, asked, crashLoop, message } = event;
  const loops = crashLoop !== undefined;
  const isOver = status === "failed" || loops ||
    (status === "exited" && !asked);
  if (!isOver) return undefined;
  const words = `service "${service}" ${message}`;
  if (service === exitCodeFrom) {
    const reason = `${words} (--exit-code-from)`;
    if (status === "exited") return { reason, exitCode };
    return { reason, exitCode, failure: capitalised(words) };
  }
  return abortOnFailure && (status === "failed" || loops || exitCode !== 0)
    ? {
      reason: `${words} (--abort-on-failure)`,
      exitCode: 1,
      failure: capitalised(words),
    }
    : undefined;
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * As withFinalService(), for a config that comes into force during the run.
 *
 * @throws {UsageError} If it would take that service away.
 */
export function withSameFinalService(config: Config, name: string): Config {
  try {
    return withFinalService(config, name);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const [what, remedy] = specOf(config, name)?.schedule
      ? [`with a schedule for "${name}"`, "take it away"]
      : [`without "${name}", one service of that name`, "keep it"];
    throw new UsageError(
      `Cannot go on ${what}: the run ends when it does (--exit-code-from=${name}); ${remedy}, or end the run with "${
        taskFor("stop", config.path)
      }"`,
      { cause: error },
    );
  }
}

/**
 * Prepares a config for a run that ends with one of its services: that one is
 * not started again, whatever its restart policy.
 *
 * @param name A service with one replica, or a replica.
 * @throws {UsageError} If there is none of that name, or several, or if it has a
 * schedule and so never ends.
 */
export function withFinalService(config: Config, name: string): Config {
  requireServices(config, [name]);
  const replicas = config.services.get(name) ?? [];
  if (replicas.length > 1) {
    throw new UsageError(
      `Cannot take the exit code from "${name}": it has ${replicas.length} replicas; name one of them, such as "${
        replicas[0]?.name
      }"`,
    );
  }
  if (specOf(config, name)?.schedule) {
    throw new UsageError(
      `Cannot take the exit code from "${name}": it has a schedule, so it never ends`,
    );
  }
  const services = [...config.services].map(([service, specs]) =>
    [
      service,
      specs.map((spec) =>
        spec.name === name
          ? { ...spec, restart: { ...spec.restart, when: "no" as const } }
          : spec
      ),
    ] as const
  );
  return { ...config, services: new Map(services) };
}

function specOf({ services }: Config, name: string) {
  return [...services.values()].flat().find((spec) => spec.name === name);
}
