/**
 * Whose word counts for a service: the latest command that names it.
 *
 * A restart takes several steps, and others may ask for something else between
 * two of them. What is left of the restart must not undo that.
 *
 * @module
 */

/** What a command wants of the services that it names. */
export type Aim = "run" | "rest";

/** A command that is being carried out. */
export interface Order<Loop> {
  /** True while no later command has named the service. */
  holds(loop: Loop): boolean;
  /** Takes back what it wants of a service that it has not reached. */
  withdraw(loop: Loop): void;
}

/** The commands of a fleet. */
export interface Orders<Loop> {
  /** Makes a command; from now on its word counts for what it names. */
  give(loops: readonly Loop[], aim: Aim): Order<Loop>;
  /** Has some rest for good: no later command is heard. */
  retire(loops: readonly Loop[]): void;
  /** True of what is to rest by somebody's wish, also while it still runs. */
  isToRest(loop: Loop): boolean;
}

/** Makes the commands of a fleet that nobody has asked for anything. */
export function createOrders<Loop extends object>(): Orders<Loop> {
  const latest = new WeakMap<Loop, { order: Order<Loop>; aim: Aim }>();
  const retired = new WeakSet<Loop>();

  const give = (loops: readonly Loop[], aim: Aim): Order<Loop> => {
    const order: Order<Loop> = {
      holds: (loop) => latest.get(loop)?.order === order,
      withdraw(loop) {
        if (order.holds(loop) && !retired.has(loop)) latest.delete(loop);
      },
    };
    for (const loop of loops) {
      if (!retired.has(loop)) latest.set(loop, { order, aim });
    }
    return order;
  };

  return {
    give,
    retire(loops) {
      give(loops, "rest");
      for (const loop of loops) retired.add(loop);
    },
    isToRest: (loop) => latest.get(loop)?.aim === "rest",
  };
}
