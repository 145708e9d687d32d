/**
 * Starts, stops and restarts services in the order of their dependencies.
 *
 * Which ones, and when, is decided by supervisor.ts, which calls this.
 *
 * @module
 */

import { dependentsOf, withDependencies } from "../config/dependency_order.ts";
import { addressOf } from "../config/service_spec.ts";
import type { ServiceLoop } from "../service/service_loop.ts";
import {
  hasCompleted,
  isAtRest,
  isSettled,
  isUp,
  type State,
} from "../service/state.ts";
import type { Fleet } from "./fleet.ts";
import type { Order } from "./orders.ts";
import { replaceOneByOne } from "./rolling_restart.ts";

/** Changes some of the services, in order; what is asked for last is what counts. */
export interface OrderedChanges {
  /**
   * Starts some with what they depend on; waits for none.
   *
   * @param stopped Those that are to stay stopped, whoever depends on them.
   */
  start(
    chosen: readonly ServiceLoop[],
    stopped?: ReadonlySet<ServiceLoop>,
  ): void;
  /** Stops some, each after those that depend on it. */
  stop(chosen: readonly ServiceLoop[], signal?: AbortSignal): Promise<void>;
  /**
   * Stops and starts some, and starts what they depend on; replicas one at a time.
   *
   * @param options `runsNow`: one with a schedule is to run, and not to wait.
   */
  restart(
    chosen: readonly ServiceLoop[],
    signal?: AbortSignal,
    options?: { runsNow?: boolean },
  ): Promise<void>;
}

/**
 * Makes what changes the services of a fleet.
 *
 * @param closing Aborts when everything is being stopped: nothing is started
 * after that.
 */
export function createOrderedChanges(
  { loopsOf, graph, activate, orders, byHand }: Pick<
    Fleet,
    "loopsOf" | "graph" | "activate" | "orders" | "byHand"
  >,
  closing: AbortSignal,
): OrderedChanges {
  /** The latest rolling restart of each service. */
  const rolls = new Map<string, Promise<void>>();

  /** Starts a loop, unless somebody wants something else by now. */
  const begin = (
    loop: ServiceLoop,
    order: Order<ServiceLoop>,
    runsNow = false,
  ) => {
    if (closing.aborted || !order.holds(loop)) return;
    byHand.started(loop);
    if (runsNow) loop.startNow();
    else loop.start();
  };

  /** Has one rest that was stopped by hand before. */
  const leave = (loop: ServiceLoop) => {
    orders.give([loop], "rest");
    loop.leaveStopped();
  };

  /** Starts what the chosen ones depend on, unless that has run or runs. */
  const startDependencies = (
    chosen: readonly ServiceLoop[],
    stopped: ReadonlySet<ServiceLoop>,
  ) => {
    const wanted = servicesOf(chosen);
    for (const service of withDependencies(graph(), wanted)) {
      if (wanted.has(service)) continue;
      for (const loop of loopsOf(service)) {
        activate([loop]);
        if (stopped.has(loop)) {
          leave(loop);
          continue;
        }
        const rests = isAtRest(loop.state) || orders.isToRest(loop);
        if (rests && !hasCompleted(loop.state)) {
          begin(loop, orders.give([loop], "run"));
        }
      }
    }
  };

  /** Stops the chosen ones, each after those that depend on it. */
  const stopInOrder = async (
    chosen: readonly ServiceLoop[],
    order: Order<ServiceLoop>,
    signal?: AbortSignal,
  ) => {
    const dependents = dependentsOf(graph());
    const rest = async (loop: ServiceLoop) => {
      const before = chosen.filter((other) =>
        dependents.get(loop.spec.service)?.includes(other.spec.service)
      );
      await Promise.all(before.map((other) => resting.get(other)));
      if (signal?.aborted) return order.withdraw(loop);
      if (!order.holds(loop) && !orders.isToRest(loop)) return;
      const atRest = settled(loop);
      loop.stop();
      await atRest;
    };
    const settled = (loop: ServiceLoop) =>
      // A loop that waits for its dependencies is only at rest once told.
      loop.until(
        (state) => isAtRest(state) && state.status !== "pending",
        signal,
      ).catch((error) => {
        if (!signal?.aborted) throw error;
      });
    const resting = new Map<ServiceLoop, Promise<void>>();
    const inOrder = withDependencies(graph(), servicesOf(chosen)).reverse()
      .flatMap((service) =>
        chosen.filter(({ spec }) => spec.service === service)
      );
    for (const loop of inOrder) resting.set(loop, rest(loop));
    await Promise.all(resting.values());
  };

  /** Replaces replicas one at a time, also when two ask for it at once. */
  const rollInTurn = (
    service: string,
    replicas: readonly ServiceLoop[],
    order: Order<ServiceLoop>,
    signal: AbortSignal,
  ): Promise<void> => {
    const before = rolls.get(service) ?? Promise.resolve();
    const turn = {
      holds: order.holds,
      begin: (loop: ServiceLoop) => begin(loop, order),
    };
    const mine = before.then(() => replaceOneByOne(replicas, turn, signal));
    rolls.set(service, mine.catch(() => {})); // whoever asked for it is told
    return mine;
  };

  /** Stops and starts the chosen ones; replicas one at a time. */
  const restart: OrderedChanges["restart"] = async (
    chosen,
    signal,
    { runsNow = false } = {},
  ) => {
    const order = orders.give(chosen, "run");
    activate(chosen);
    startDependencies(chosen, NONE);
    const until = signal ? AbortSignal.any([signal, closing]) : closing;
    const rolled = new Set(
      [...servicesOf(chosen)].filter((service) => canRoll(of(service, chosen))),
    );
    const atOnce = chosen.filter(({ spec }) => !rolled.has(spec.service));
    const going = atOnce.filter(({ state }) =>
      !isAtRest(state) && !(runsNow && state.status === "scheduled")
    );
    await stopInOrder(going, order, until);
    const before = new Set<ServiceLoop>();
    for (const service of withDependencies(graph(), servicesOf(chosen))) {
      const replicas = of(service, chosen);
      if (rolled.has(service)) {
        await reachAll([...before], isSettled, until);
        await rollInTurn(service, replicas, order, until);
      } else {
        for (const loop of replicas) begin(loop, order, runsNow);
      }
      for (const loop of replicas) before.add(loop);
    }
  };

  return {
    start(chosen, stopped = NONE) {
      activate(chosen);
      chosen.filter((loop) => stopped.has(loop)).forEach(leave);
      const wanted = chosen.filter((loop) => !stopped.has(loop));
      const order = orders.give(wanted, "run");
      startDependencies(wanted, stopped);
      for (const loop of wanted) begin(loop, order);
    },
    stop: (chosen, signal) =>
      stopInOrder(chosen, orders.give(chosen, "rest"), signal),
    restart,
  };
}

const NONE: ReadonlySet<ServiceLoop> = new Set();

function servicesOf(chosen: readonly ServiceLoop[]): Set<string> {
  return new Set(chosen.map(({ spec }) => spec.service));
}

/** Returns those of some loops that belong to a service. */
function of(
  service: string,
  loops: readonly ServiceLoop[],
): readonly ServiceLoop[] {
  return loops.filter(({ spec }) => spec.service === service);
}

/** True when replicas can be replaced while the others answer. */
function canRoll(replicas: readonly ServiceLoop[]): boolean {
  const up = replicas.filter(({ state }) => isUp(state));
  // With a new config one may be about to listen where another still does.
  const isTaken = ({ spec }: ServiceLoop, by: ServiceLoop) =>
    by.inUse !== undefined && addressOf(spec) !== undefined &&
    addressOf(spec) === addressOf(by.inUse.spec);
  return up.length > 1 &&
    !up.some((each) =>
      up.some((other) => other !== each && isTaken(each, other))
    );
}

/** Waits until all loops are in a wanted state, or until `signal` aborts. */
export async function reachAll(
  loops: readonly ServiceLoop[],
  wanted: (state: State) => boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await Promise.all(loops.map((loop) => loop.until(wanted, signal)));
  } catch (error) {
    // The caller sees in the snapshots how far they got.
    if (!signal?.aborted) throw error;
  }
}
