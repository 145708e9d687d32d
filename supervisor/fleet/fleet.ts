/**
 * The services of one supervisor: the config in force, a loop for each of its
 * services and replicas, and which of them somebody has asked for.
 *
 * Nobody else holds any of these: whoever needs them asks, and gets what is true
 * at the time.
 *
 * @module
 */

import { type Config, graphOf, requireServices } from "../config/config.ts";
import type { DependencyGraph } from "../config/dependency_order.ts";
import type { ServiceSpec } from "../config/service_spec.ts";
import type { ServiceLoop } from "../service/service_loop.ts";
import { createOrders, type Orders } from "./orders.ts";
import {
  createStoppedByHand,
  NO_STOPPED_NAMES,
  type StoppedByHand,
} from "./stopped_by_hand.ts";

/** The services of one supervisor. */
export interface Fleet {
  /** The config in force. */
  readonly config: Config;
  /** Which services depend on which. */
  graph(): DependencyGraph;
  /** All loops, in the order of the config. */
  all(): readonly ServiceLoop[];
  /** The loops of a service; none where there is no such service. */
  loopsOf(service: string): readonly ServiceLoop[];
  /** The loops with these unique names, in the order of the config. */
  byName(names: readonly string[]): readonly ServiceLoop[];
  /**
   * The loops that words of a command line name: services or replicas. All that
   * are active for no words.
   *
   * @throws {UnknownServiceError} For a name that is not in the config.
   */
  choose(words: readonly string[]): readonly ServiceLoop[];
  /** Those that somebody has asked for. */
  active(): readonly ServiceLoop[];
  isActive(loop: ServiceLoop): boolean;
  /** Takes note that somebody has asked for some. */
  activate(loops: readonly ServiceLoop[]): void;
  /** Takes note that nobody asks for some any more. */
  deactivate(loops: readonly ServiceLoop[]): void;
  /** What was asked for, and of which service. */
  readonly orders: Orders<ServiceLoop>;
  /** What somebody has stopped. */
  readonly byHand: StoppedByHand<ServiceLoop>;
  /** The loops that a config has no place for. */
  without(next: Config): readonly ServiceLoop[];
  /**
   * Takes over a config. A loop that is in both goes on with its new spec; one
   * that is in the former only is forgotten: it has been retired before.
   */
  replace(next: Config): void;
  /** Calls back after each activate(), deactivate() and replace(). */
  onChange(listener: () => void): void;
}

/**
 * Makes the fleet of a config; none of it is active.
 *
 * @param createLoop Makes the loop of a service or replica.
 * @param stoppedNames Keeps what was stopped by hand. @default {nothing}
 */
export function createFleet(
  initialConfig: Config,
  createLoop: (spec: ServiceSpec) => ServiceLoop,
  stoppedNames = NO_STOPPED_NAMES,
): Fleet {
  let config = initialConfig;
  let loops: ReadonlyMap<string, readonly ServiceLoop[]> = new Map(
    [...config.services].map(([service, specs]) => [
      service,
      specs.map(createLoop),
    ]),
  );
  let active: ReadonlySet<ServiceLoop> = new Set();
  const listeners: (() => void)[] = [];
  const changed = () => listeners.forEach((listener) => listener());
  const all = () => [...loops.values()].flat();
  const loopsOf = (service: string) => loops.get(service) ?? [];
  const byHand = createStoppedByHand(stoppedNames, { all, of: loopsOf });

  const takeOver = (loop: ServiceLoop | undefined, spec: ServiceSpec) => {
    if (!loop) return createLoop(spec);
    if (loop.spec.name !== spec.name && active.has(loop)) {
      loop.addNote(`is called ${spec.name} from now on`);
    }
    loop.update(spec);
    return loop;
  };

  return {
    get config() {
      return config;
    },
    graph: () => graphOf(config),
    all,
    loopsOf,
    byName: (names) => all().filter(({ spec }) => names.includes(spec.name)),
    choose(words) {
      requireServices(config, words);
      return all().filter((loop) =>
        words.length === 0
          ? active.has(loop)
          : words.includes(loop.spec.service) || words.includes(loop.spec.name)
      );
    },
    active: () => [...active],
    isActive: (loop) => active.has(loop),
    activate(some) {
      active = new Set([...active, ...some]);
      changed();
    },
    deactivate(some) {
      active = new Set([...active].filter((loop) => !some.includes(loop)));
      changed();
    },
    replace(next) {
      const former = loops;
      config = next;
      loops = new Map(
        [...next.services].map(([service, specs]) => [
          service,
          specs.map((spec, index) =>
            takeOver(former.get(service)?.[index], spec)
          ),
        ]),
      );
      const kept = new Set(all());
      active = new Set([...active].filter((loop) => kept.has(loop)));
      byHand.forgetGone();
      changed();
    },
    orders: createOrders(),
    byHand,
    without: (next) =>
      [...loops].flatMap(([service, each]) =>
        each.slice(next.services.get(service)?.length ?? 0)
      ),
    onChange: (listener) => void listeners.push(listener),
  };
}
