/**
 * What the tools look at: one config, its supervisor if one runs, and what its
 * state folder holds. Everything is looked at anew for each question, since a
 * supervisor may come and go meanwhile.
 *
 * @module
 */

import { join } from "node:path";
import { readToken } from "../../runtime/files/token_file.ts";
import { Fault, UsageError } from "../../runtime/program/errors.ts";
import { suggestionOrAll } from "../../runtime/program/suggest.ts";
import {
  type Config,
  requireOwnState,
  stateDirOf,
} from "../../supervisor/config/config.ts";
import { peekConfig } from "../../supervisor/config/load_config.ts";
import {
  type Commands,
  connectControl,
} from "../../supervisor/control/client.ts";
import type { EventRecord } from "../../supervisor/events/event.ts";
import { openEventReader } from "../../supervisor/events/event_reader.ts";
import { listLogs } from "../../supervisor/logs/log_reader.ts";
import type { MeasuredSnapshot } from "../../supervisor/service/snapshot.ts";

/** What the services do, or did when they were last heard of. */
export interface Seen {
  services: readonly MeasuredSnapshot[];
  /** Where that comes from, and what the supervisor says besides. */
  says: readonly string[];
  isRunning: boolean;
}

/** One config and its state. */
export interface Place {
  readonly config: string;
  readonly stateDir: string;
  /** Where the logs are. */
  readonly logs: string;
  /** What must not be told: the token of the run. */
  secrets(): Promise<string[]>;
  /** What the services do; from the events, where no supervisor runs. */
  seen(): Promise<Seen>;
  /** All events that are kept. */
  events(): Promise<EventRecord[]>;
  /** The config; undefined where it is broken. Nothing is written for it. */
  load(): Promise<Config | undefined>;
  /** The services that have a log. */
  logNames(): Promise<string[]>;
}

/**
 * Opens the place of a config.
 *
 * @param config An absolute path; there need be no such file yet.
 */
export function openPlace(config: string): Place {
  const stateDir = stateDirOf(config);
  const logs = join(stateDir, "logs");
  let control: Promise<Pick<Commands, "list">> | undefined;
  /** Lists; once more by another connection, where a supervisor was replaced. */
  const list = async () => {
    const before = control;
    try {
      return await (await (control ??= connectControl(config))).list();
    } catch (error) {
      control = undefined;
      if (!before || !isUnavailable(error)) throw error;
      return await (await (control = connectControl(config))).list();
    }
  };
  const events = async () => {
    await requireOwnState(stateDir);
    using reader = openEventReader(stateDir);
    return await reader.readNew();
  };
  return {
    config,
    stateDir,
    logs,
    async secrets() {
      const token = await readToken(stateDir);
      return token === undefined ? [] : [token];
    },
    async seen() {
      try {
        const { services, notes } = await list();
        const says = [
          `The supervisor of "${config}" runs.`,
          ...notes.map((note) => `Its ${note}.`),
        ];
        return { services, says, isRunning: true };
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        const services = lastKnown(await events());
        const says = [
          `${error.message}.`,
          services.length === 0
            ? "It has left no events."
            : "What follows is from its last events: it was so when it ended.",
        ];
        return { services, says, isRunning: false };
      }
    },
    events,
    async load() {
      try {
        return await peekConfig(config);
      } catch (error) {
        // Whoever needs it says what is missing in its answer.
        if (error instanceof UsageError) return undefined;
        throw error;
      }
    },
    async logNames() {
      await requireOwnState(stateDir);
      return await listLogs(logs);
    },
  };
}

function isUnavailable(error: unknown): error is Fault {
  return error instanceof Fault && error.code === "unavailable";
}

/** The last state of each service since the last supervisor began. */
export function lastKnown(
  records: readonly EventRecord[],
): MeasuredSnapshot[] {
  const began = records.findLastIndex(({ type }) =>
    type === "supervisor_started"
  );
  const last = new Map<string, MeasuredSnapshot>();
  for (const record of records.slice(Math.max(0, began))) {
    const { service, state, message } = record;
    if (service === undefined || state === undefined) continue;
    last.set(service, {
      name: service,
      service,
      status: state as MeasuredSnapshot["status"],
      restarts: "restarts" in record ? Number(record.restarts) : 0,
      detail: message,
    });
  }
  return [...last.values()];
}

/** True if no name is given, or one is that of the service or its replica. */
export function isNamed(
  { name, service = name.replace(/-\d+$/, "") }: {
    name: string;
    service?: string;
  },
  names: readonly string[],
): boolean {
  return names.length === 0 || names.includes(name) || names.includes(service);
}

/**
 * Checks that names are those of services.
 *
 * @throws {UsageError} For one that is not known.
 */
export function requireNames(
  names: readonly string[],
  known: readonly { name: string; service?: string }[],
): void {
  for (const name of names) {
    if (known.some((each) => isNamed(each, [name]))) continue;
    const all = known.flatMap(({ name, service = name }) => [service, name]);
    throw new UsageError(
      `Cannot find service "${name}"${
        suggestionOrAll(name, [...new Set(all)])
      }`,
    );
  }
}
