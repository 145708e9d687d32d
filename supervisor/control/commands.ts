/**
 * What may be asked of a supervisor, wherever it runs.
 *
 * local_commands.ts asks one in this process, client.ts one in another; a view or a
 * command takes either.
 *
 * @module
 */

import type { ServiceChange } from "../config/changes.ts";
import type { ServiceDescription } from "../config/description.ts";
import type { SupervisorEvent } from "../events/event.ts";
import type { OutputChunk } from "../logs/output_listeners.ts";
import type { MeasuredSnapshot, ServiceSnapshot } from "../service/snapshot.ts";

/** The commands of a supervisor. Each throws a Fault: `unavailable` if none runs. */
export interface Commands {
  /** Lists the services. */
  list(): Promise<Listing>;
  /**
   * Tells what the config in force says of the services.
   *
   * @throws {Fault} `failed_precondition` if the supervisor is too old for it.
   */
  describe(): Promise<Description>;
  /**
   * Starts services with their dependencies and waits until they are up.
   *
   * @param names Services or replicas; empty: all that were asked for so far.
   * @returns Those named, once each is up or has failed.
   * @throws {UsageError} For a name that is not in the config.
   * @throws {Fault} `timed_out` if it is not over in time.
   */
  start(
    names: readonly string[],
    patience?: Patience,
  ): Promise<MeasuredSnapshot[]>;
  /** Stops services, those that depend on others first. As start(). */
  stop(
    names: readonly string[],
    patience?: Patience,
  ): Promise<MeasuredSnapshot[]>;
  /** Stops and starts services. As start(). */
  restart(
    names: readonly string[],
    patience?: Patience,
  ): Promise<MeasuredSnapshot[]>;
  /**
   * Waits until services are ready, or one has failed for good; changes nothing.
   *
   * @param names Services or replicas; empty: all that are to run.
   * @throws {UsageError} For a name that is not in the config.
   */
  wait(names: readonly string[], patience?: Patience): Promise<WaitOutcome>;
  /**
   * Has the config file read again.
   *
   * @throws {UsageError} If the file is wrong; nothing is changed then.
   * @throws {Fault} `timed_out` if it is not over in time.
   */
  reload(options?: Patience & { dryRun?: boolean }): Promise<ConfigOutcome>;
  /**
   * Changes how many replicas of services run, until the next reload.
   *
   * @throws {UsageError} If there is no such service, or it cannot run so often.
   * @throws {Fault} `timed_out` if it is not over in time.
   */
  scale(
    replicas: ReadonlyMap<string, number>,
    patience?: Patience,
  ): Promise<ConfigOutcome>;
  /** Yields the events that are still known, then those that come. */
  events(
    afterSequence: number,
    signal: AbortSignal,
  ): AsyncGenerator<SupervisorEvent>;
  /**
   * Yields what services write and what happens to them, in that order, until
   * `signal` aborts: first what is still known. Nobody waits for a slow reader,
   * who misses lines and is told how many.
   *
   * @param names Services or replicas; empty: all.
   * @throws {UsageError} For a name that is not in the config.
   */
  watch(
    names: readonly string[],
    signal: AbortSignal,
    options?: WatchOptions,
  ): AsyncGenerator<WatchUpdate>;
  /** Ends everything, the supervisor included; returns its pid. */
  shutdown(): Promise<number>;
}

/** Options for {@linkcode Commands.watch}. */
export interface WatchOptions {
  /** Leaves out what is known already. @default {false} */
  newOnly?: boolean;
}

/** What has come since the last one. */
export interface WatchUpdate {
  /** Oldest first. */
  items: readonly WatchItem[];
  /** All that are watched, where one of them may have changed. */
  services?: readonly ServiceSnapshot[];
}

/** What was written, or has happened. */
export type WatchItem =
  | {
    type: "output";
    chunk: OutputChunk;
    /** Lines of the service before it that were dropped. */
    lostLines: number;
  }
  | { type: "event"; event: SupervisorEvent };

/** How long a command is waited for; what it has begun goes on after that. */
export interface Patience {
  /** In milliseconds. @default {60_000} */
  waitMs?: number;
  /** How long the answer may take besides, in milliseconds. @default {30_000} */
  answerMs?: number;
  /** Ends the wait when it aborts. */
  signal?: AbortSignal;
}

/** What a supervisor runs. */
export interface Listing {
  services: MeasuredSnapshot[];
  supervisorPid: number;
  /** How long it has been running; an older one does not say. */
  supervisorUptimeMs?: number;
  /** What else is to be known of the supervisor, a sentence each. */
  notes: string[];
}

/** What a config says. */
export interface Description {
  /** The config file, as an absolute path. */
  configPath: string;
  /** In the order of the config file. */
  services: ServiceDescription[];
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

/** How long a command is waited for if nobody says, in milliseconds. */
export const WAIT_MS = 60_000;
