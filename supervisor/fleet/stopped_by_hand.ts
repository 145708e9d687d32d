/**
 * Which services somebody has stopped by hand: with `restart: unless-stopped`
 * they stay so under the next supervisor.
 *
 * A service all of whose replicas were stopped is remembered by its own name, so
 * that it does not matter how many it has by then.
 *
 * @module
 */

import type { ServiceLoop } from "../service/service_loop.ts";

/** Where the names are kept: those of services, and of single replicas. */
export interface StoppedNames {
  /** Those that the supervisor before has left. */
  readonly found: readonly string[];
  /** Keeps these, and no others. */
  keep(names: readonly string[]): void;
  /** Resolves once they are written, or cannot be. */
  saved(): Promise<void>;
}

/** Keeps no names, for a fleet without a state folder. */
export const NO_STOPPED_NAMES: StoppedNames = {
  found: [],
  keep() {},
  saved: () => Promise.resolve(),
};

/** What this needs of a loop. */
type Named = { readonly spec: Pick<ServiceLoop["spec"], "name" | "service"> };

/** Knows what was stopped by hand, now or under an earlier supervisor. */
export interface StoppedByHand<Loop> {
  /** Takes note that somebody has stopped some. */
  stopped(loops: readonly Loop[]): void;
  /** Takes note that one is to run. */
  started(loop: Loop): void;
  isStopped(loop: Loop): boolean;
  /** Forgets those that are not there any more. */
  forgetGone(): void;
  /** Resolves once it is written down. */
  saved(): Promise<void>;
}

/**
 * Makes what knows that, from what an earlier supervisor has left.
 *
 * @param loopsOf Returns the loops of a service; none where there is none.
 */
export function createStoppedByHand<Loop extends Named>(
  { found, keep, saved }: StoppedNames,
  loops: { all(): readonly Loop[]; of(service: string): readonly Loop[] },
): StoppedByHand<Loop> {
  const services = new Set(found.filter((name) => loops.of(name).length > 0));
  let replicas = new Set(
    loops.all().filter(({ spec }) => found.includes(spec.name)),
  );
  const isStopped = (loop: Loop) =>
    services.has(loop.spec.service) || replicas.has(loop);
  const save = () =>
    keep([
      ...services,
      ...[...replicas].map(({ spec }) => spec)
        .filter(({ service }) => !services.has(service))
        .map(({ name }) => name),
    ]);
  return {
    isStopped,
    stopped(some) {
      for (const loop of some) replicas.add(loop);
      for (const { spec: { service } } of some) {
        if (loops.of(service).every(isStopped)) services.add(service);
      }
      save();
    },
    started(loop) {
      if (!isStopped(loop)) return;
      const { service } = loop.spec;
      if (services.delete(service)) {
        for (const other of loops.of(service)) replicas.add(other);
      }
      replicas.delete(loop);
      save();
    },
    forgetGone() {
      if (services.size + replicas.size === 0) return;
      for (const service of services) {
        if (loops.of(service).length === 0) services.delete(service);
      }
      const there = new Set(loops.all());
      replicas = new Set([...replicas].filter((loop) => there.has(loop)));
      save();
    },
    saved,
  };
}
