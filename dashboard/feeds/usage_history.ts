/**
 * What services have used of late: so many values for each, and no more.
 *
 * @module
 */

import type { ServiceState, Usage, UsageHistory } from "../wire.ts";

/** The values of all services. */
export interface UsageLog {
  /** Adds a value for each service, and forgets those that are not among them. */
  add(timeMs: number, usage: Readonly<Record<string, Usage>>): void;
  /** Notes which services were started again by themselves. */
  noteRestarts(timeMs: number, states: readonly ServiceState[]): void;
  /** All that is kept. */
  all(): Record<string, UsageHistory>;
}

/** Options for {@linkcode createUsageLog}. */
export interface UsageLogOptions {
  /** How long a value is kept, in milliseconds. @default {ten minutes} */
  keepMs?: number;
  /** The time between two that are kept, in milliseconds. @default {2_000} */
  stepMs?: number;
}

/** So many restarts are kept of a service. */
const MAX_RESTARTS = 100;

interface Kept extends UsageHistory {
  restarts: number;
}

/** Makes an empty history. */
export function createUsageLog(
  { keepMs = 10 * 60_000, stepMs = 2_000 }: UsageLogOptions = {},
): UsageLog {
  const services = new Map<string, Kept>();
  const keptOf = (name: string, restarts = 0): Kept => {
    const known = services.get(name);
    if (known) return known;
    const made = {
      timesMs: [],
      cpu: [],
      rssBytes: [],
      restartsMs: [],
      restarts,
    };
    services.set(name, made);
    return made;
  };
  return {
    add(timeMs, usage) {
      for (const name of services.keys()) {
        if (!Object.hasOwn(usage, name)) services.delete(name);
      }
      for (const [name, { cpu, rssBytes }] of Object.entries(usage)) {
        const kept = keptOf(name);
        const lastMs = kept.timesMs.at(-1);
        // A clock that was set back begins anew.
        if (lastMs !== undefined && timeMs < lastMs) clear(kept);
        else if (lastMs !== undefined && timeMs - lastMs < stepMs * 0.9) {
          continue;
        }
        kept.timesMs.push(timeMs);
        kept.cpu.push(cpu === null ? null : Math.round(cpu * 10) / 10);
        kept.rssBytes.push(rssBytes);
        while (kept.timesMs[0]! < timeMs - keepMs) {
          kept.timesMs.shift();
          kept.cpu.shift();
          kept.rssBytes.shift();
        }
        while ((kept.restartsMs[0] ?? timeMs) < timeMs - keepMs) {
          kept.restartsMs.shift();
        }
      }
    },
    noteRestarts(timeMs, states) {
      for (const { name, restarts } of states) {
        const kept = keptOf(name, restarts);
        if (restarts > kept.restarts) {
          kept.restartsMs.push(timeMs);
          kept.restartsMs.splice(0, kept.restartsMs.length - MAX_RESTARTS);
        }
        kept.restarts = restarts;
      }
    },
    all: () =>
      Object.fromEntries(
        [...services].map(([name, { restarts: _, ...kept }]) => [name, kept]),
      ),
  };
}

function clear(kept: Kept): void {
  kept.timesMs.length = 0;
  kept.cpu.length = 0;
  kept.rssBytes.length = 0;
}
