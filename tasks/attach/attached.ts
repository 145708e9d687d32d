/**
 * A supervisor in another process, as what a view shows.
 *
 * One stream tells of everything. What a view does with an item holds up the next
 * one, and the supervisor nothing: it drops what is too much and says so.
 *
 * @module
 */

import { quantity } from "../../runtime/program/numbers.ts";
import type {
  Commands,
  WatchItem,
  WatchUpdate,
} from "../../supervisor/control/client.ts";
import type { SupervisorEvent } from "../../supervisor/events/event.ts";
import type { ServiceSnapshot } from "../../supervisor/service/snapshot.ts";
import type { Listener, Viewed } from "../supervise/viewed.ts";

/** A supervisor that is watched from outside. */
export interface Attached extends Viewed {
  /** Aborts when it says that it stops everything; the reason is its message. */
  readonly stopping: AbortSignal;
  /**
   * Reads what it tells until it ends, or `signal` aborts.
   *
   * @param options `newOnly`: leaves out what is known already.
   * @throws {Fault} `unavailable` when it ends, however it does.
   */
  follow(signal: AbortSignal, options?: { newOnly?: boolean }): Promise<void>;
}

/**
 * Attaches to a supervisor. Nothing is read before follow() is called.
 *
 * @param names Services or replicas; empty: all.
 */
export function attachTo(
  commands: Pick<Commands, "watch">,
  names: readonly string[],
): Attached {
  const listeners = new Set<Listener>();
  const stopping = new AbortController();
  let services: readonly ServiceSnapshot[] = [];
  let servicesMs = performance.now();
  let lastSequence = 0;

  const tellEvent = async (event: SupervisorEvent) => {
    for (const listener of listeners) await listener.event(event);
  };
  const tell = async (item: WatchItem) => {
    if (item.type === "event") {
      // After a new connection some are told again.
      if (item.event.sequence <= lastSequence) return;
      lastSequence = item.event.sequence;
      await tellEvent(item.event);
      if (item.event.type === "supervisor_stopping") {
        stopping.abort(item.event.message);
      }
      return;
    }
    if (item.lostLines > 0) await tellEvent(linesLost(item, lastSequence));
    for (const listener of listeners) await listener.output(item.chunk);
  };
  const take = async ({ items, services: next }: WatchUpdate) => {
    if (next) {
      services = next;
      servicesMs = performance.now();
    }
    for (const item of items) await tell(item);
  };
  return {
    stopping: stopping.signal,
    snapshot() {
      const sinceMs = Math.round(performance.now() - servicesMs);
      return services.map((service) =>
        service.uptimeMs === undefined
          ? service
          : { ...service, uptimeMs: service.uptimeMs + sinceMs }
      );
    },
    hear(listener) {
      listeners.add(listener);
      return {
        [Symbol.asyncDispose]() {
          listeners.delete(listener);
          return Promise.resolve();
        },
      };
    },
    async follow(signal, options) {
      const updates = commands.watch(names, signal, options);
      for await (const update of updates) await take(update);
    },
  };
}

/** Says that lines are missing, where they are missing. */
function linesLost(
  { chunk, lostLines }: Extract<WatchItem, { type: "output" }>,
  sequence: number,
): SupervisorEvent {
  return {
    type: "output_lost",
    service: chunk.name,
    output: "attach",
    lines: lostLines,
    sequence,
    timeMs: chunk.timeMs,
    message: `${
      quantity(lostLines, "line")
    } dropped here: they came faster than they were read; the log has them`,
  };
}
