/**
 * What may be asked of a fleet: each command by name, with the services as they
 * are once it is carried out.
 *
 * @module
 */

import { aborted } from "../../runtime/program/abort.ts";
import type { ServiceChange } from "../config/changes.ts";
import type { ServiceLoop } from "../service/service_loop.ts";
import type { ServiceSnapshot } from "../service/snapshot.ts";
import { isSettled } from "../service/state.ts";
import type { Fleet } from "./fleet.ts";
import { type OrderedChanges, reachAll } from "./ordered_changes.ts";
import { untilReady } from "./readiness.ts";
import type { Applying, Reloader } from "./reload.ts";

/** The commands of a fleet. */
export interface FleetCommands {
  /** The services that were asked for, in the order of the config. */
  snapshot(): ServiceSnapshot[];
  /**
   * Starts what is to run from the beginning, and waits for nothing. What was
   * stopped by hand under an earlier supervisor stays so with `restart:
   * unless-stopped`.
   *
   * @param names Services or replicas.
   * @param named Those among them that somebody has named: they start all the
   * same.
   * @throws {UsageError} For a name that is not in the config.
   */
  begin(names: readonly string[], named: readonly string[]): void;
  /**
   * Starts services with their dependencies and waits until they are up.
   *
   * @param names Services or replicas; empty: all that were asked for so far.
   * @returns The snapshots of those named, once each is up or has failed, or
   * when `signal` aborts.
   * @throws {UsageError} For a name that is not in the config.
   */
  start(
    names: readonly string[],
    signal?: AbortSignal,
  ): Promise<ServiceSnapshot[]>;
  /** Stops services, those that depend on others first. As start(). */
  stop(
    names: readonly string[],
    signal?: AbortSignal,
  ): Promise<ServiceSnapshot[]>;
  /**
   * Stops and starts services; the replicas of one service one at a time. As
   * start(). One with a schedule that is named runs at once.
   */
  restart(
    names: readonly string[],
    signal?: AbortSignal,
  ): Promise<ServiceSnapshot[]>;
  /**
   * Waits until services are ready, or one has failed for good; changes nothing.
   *
   * @param names Services or replicas; empty: all that are to run.
   * @throws {UsageError} For a name that is not in the config.
   */
  wait(names: readonly string[], signal?: AbortSignal): Promise<Waited>;
  /**
   * Reads the config file again, and starts, stops and restarts what differs.
   *
   * @throws {UsageError} If the file is wrong; nothing is changed then.
   */
  reload(
    options?: { dryRun?: boolean; signal?: AbortSignal },
  ): Promise<Reloaded>;
  /**
   * Changes how many replicas of services run, until the next reload.
   *
   * @throws {UsageError} If there is no such service, or it cannot run so often.
   */
  scale(
    replicas: ReadonlyMap<string, number>,
    signal?: AbortSignal,
  ): Promise<Reloaded>;
}

/** How services were when the wait for them was over. */
export interface Waited {
  services: ServiceSnapshot[];
  /** The names of those that are not ready. */
  late: string[];
  /** True if one of them has failed for good. */
  failed: boolean;
}

/** What a change of the config has done, or would do. */
export interface Reloaded {
  changes: ServiceChange[];
  /** Those that it started or restarted, as start() returns them. */
  services: ServiceSnapshot[];
}

/** What carries out the commands of a fleet. */
export interface FleetWork {
  changes: OrderedChanges;
  reloader: Reloader;
  /** Says what a service is doing. */
  look(loop: ServiceLoop): ServiceSnapshot;
  /** Hears that a change of the config has been carried out. */
  onReloaded(): void;
  /** Aborts when everything is being stopped. */
  closing: AbortSignal;
}

/** Makes the commands of a fleet. */
export function createFleetCommands(
  fleet: Fleet,
  { changes, reloader, look, onReloaded, closing }: FleetWork,
): FleetCommands {
  /** Waits until one is up, or will not be: by itself, or by a later command. */
  const untilOver = (loop: ServiceLoop, signal: AbortSignal | undefined) =>
    reachAll(
      [loop],
      (state) =>
        isSettled(state) ||
        (state.status === "exited" && fleet.orders.isToRest(loop)),
      signal,
    );

  const untilUp = async (
    chosen: readonly ServiceLoop[],
    signal: AbortSignal | undefined,
    names: readonly string[] = [],
  ) => {
    const awaited = awaitedOf(chosen, names);
    await Promise.all(awaited.map((loop) => untilOver(loop, signal)));
    return chosen.map(look);
  };

  /** Waits until a change of the config is carried out, or `signal` aborts. */
  const outcomeOf = async (
    { changes: made, done }: Applying,
    signal: AbortSignal = closing,
  ): Promise<Reloaded> => {
    await Promise.race([done.then(onReloaded), aborted(signal)]);
    const names = made.flatMap(({ starts, restarts }) => [
      ...starts,
      ...restarts,
    ]);
    const services = await untilUp(fleet.byName(names), signal);
    return { changes: made, services };
  };

  return {
    snapshot: () => fleet.choose([]).map(look),
    begin(names, named) {
      const isNamed = (loop: ServiceLoop) =>
        named.includes(loop.spec.service) || named.includes(loop.spec.name);
      const stopped = fleet.all().filter((loop) =>
        loop.spec.restart.when === "unless-stopped" &&
        fleet.byHand.isStopped(loop) && !isNamed(loop)
      );
      changes.start(fleet.choose(names), new Set(stopped));
    },
    start(names, signal) {
      const chosen = fleet.choose(names);
      changes.start(chosen);
      return untilUp(chosen, signal, names);
    },
    async stop(names, signal) {
      const chosen = fleet.choose(names).filter(fleet.isActive);
      fleet.byHand.stopped(chosen);
      await changes.stop(chosen, signal);
      // Nobody waited until these were reached.
      const left = chosen.filter((loop) => !fleet.orders.isToRest(loop));
      left.forEach(fleet.byHand.started);
      await fleet.byHand.saved();
      return chosen.map(look);
    },
    async restart(names, signal) {
      const chosen = fleet.choose(names);
      await changes.restart(chosen, signal, { runsNow: names.length > 0 });
      return await untilUp(chosen, signal, names);
    },
    async wait(names, signal = closing) {
      const chosen = fleet.choose(names);
      const over = AbortSignal.any([signal, closing]);
      const isNamed = names.length > 0;
      const { late, failed } = await untilReady(
        awaitedOf(chosen, names),
        isNamed,
        over,
      );
      return {
        services: chosen.map(look),
        late: late.map(({ spec }) => spec.name),
        failed,
      };
    },
    async reload({ dryRun = false, signal } = {}) {
      const applying = await reloader.reload(dryRun);
      return dryRun
        ? { changes: applying.changes, services: [] }
        : await outcomeOf(applying, signal);
    },
    scale: async (replicas, signal) =>
      await outcomeOf(await reloader.scale(replicas), signal),
  };
}

/** Returns those that are waited for: who looks on only where it was named. */
function awaitedOf(
  chosen: readonly ServiceLoop[],
  names: readonly string[],
): readonly ServiceLoop[] {
  return names.length > 0 ? chosen : chosen.filter(({ spec }) => !spec.looksOn);
}
