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
  const losses = new Map<string, Loss>();

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
    await countLoss(item);
    for (const listener of listeners) await listener.output(item.chunk);
  };
  const countLoss = async (
    { chunk, lostLines }: Extract<WatchItem, { type: "output" }>,
  ) => {
    const { lines, toldMs } = losses.get(chunk.name) ?? NO_LOSS;
    const lost = lines + lostLines;
    if (lost === 0) return;
    const nowMs = performance.now();
    const isSoon = nowMs - toldMs < TELL_MS;
    const next = isSoon ? { lines: lost, toldMs } : { lines: 0, toldMs: nowMs };
    losses.set(chunk.name, next);
    if (!isSoon) await tellEvent(linesLost(chunk.name, lost, lastSequence));
  };
  const tellLosses = async () => {
    for (const [name, { lines }] of losses) {
      if (lines > 0) await tellEvent(linesLost(name, lines, lastSequence));
    }
    losses.clear();
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
      try {
        for await (const update of updates) await take(update);
      } finally {
        await tellLosses();
      }
    },
  };
}

/** Lines of a service that are missing. */
interface Loss {
  /** Those that nobody has been told of. */
  lines: number;
  /** When somebody was, on the clock of performance.now(). */
  toldMs: number;
}

const NO_LOSS: Loss = { lines: 0, toldMs: -Infinity };
/** A flood that is told of line by line would be another one. */
const TELL_MS = 1_000;

/** Says that lines are missing. */
function linesLost(
  service: string,
  lines: number,
  sequence: number,
): SupervisorEvent {
  return {
    type: "output_lost",
    service,
    output: "attach",
    lines,
    sequence,
    timeMs: Date.now(),
    message: `${
      quantity(lines, "line")
    } dropped: they came faster than they were read; the log has them`,
  };
}
