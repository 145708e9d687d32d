/**
 * The registry of a broker that keeps what is running in its own memory, and
 * loses it with the process: whoever is registered registers again.
 *
 * @module
 */

import { Fault } from "../runtime/program/errors.ts";
import {
  describeEntry,
  type Entry,
  entryBytes,
  entryWeight,
  type Place,
} from "./entry.ts";
import { PART_BYTES, QUOTAS, type Quotas } from "./limits.ts";
import { cut } from "./parts.ts";
import type { Change, Lease, Registry } from "./registry.ts";
import { createSortedMap, type SortedMap } from "./sorted_map.ts";
import { createWatchers } from "./watchers.ts";

/** Options for {@linkcode createMemoryRegistry}. */
export interface MemoryRegistryOptions {
  /** Changes kept for a watcher that does not read. @default {1024} */
  maxBacklog?: number;
  /** Names this life of the registry. @default {a random UUID} */
  epoch?: string;
  /** Most bytes of what is read at once. @default {nearly 1 MiB} */
  partBytes?: number;
  /** What is refused. @default {QUOTAS} */
  quotas?: Omit<Quotas, "streamEntries">;
}

interface Held {
  entry: Entry;
  /** As it is encoded. */
  bytes: number;
  /** As it counts. */
  weight: number;
  holder: string;
  since: Date;
}

/** What a change takes besides its entry: its number, and what frames both. */
const CHANGE_BYTES = 24;

/** Creates a registry that lives in memory, as long as the process. */
export function createMemoryRegistry(
  {
    maxBacklog = 1_024,
    epoch = crypto.randomUUID(),
    partBytes = PART_BYTES,
    quotas = QUOTAS,
  }: MemoryRegistryOptions = {},
): Registry {
  const holds = createSortedMap<Held>();
  const watchers = createWatchers({ maxBacklog, quotas });
  let heldWeight = 0;
  let revision = 0;

  const announce = (kind: Change["kind"], { entry, bytes, weight }: Held) =>
    watchers.announce({
      change: { kind, entry, revision: ++revision },
      bytes: bytes + CHANGE_BYTES,
      weight,
    });

  /** Puts an entry in its place, of which `before` is the holder. */
  const put = (entry: Entry, holder: string, before?: Held): Held => {
    const bytes = entryBytes(entry);
    const weight = entryWeight(entry, bytes);
    const allWeight = heldWeight + weight - (before?.weight ?? 0);
    if (!before && holds.size >= quotas.entries) {
      throw exhausted(entry, `${quotas.entries} entries`);
    }
    if (allWeight > quotas.bytes) {
      throw exhausted(entry, `${quotas.bytes} bytes of entries`);
    }
    const held = { entry, bytes, weight, holder, since: new Date() };
    holds.set(keyOf(entry), held);
    heldWeight = allWeight;
    announce("put", held);
    return held;
  };

  const lease = (first: Held): Lease => {
    let held = first;
    return {
      epoch,
      revision,
      replace(entry) {
        held = put(entry, held.holder, held);
        return Promise.resolve({ epoch, revision });
      },
      [Symbol.asyncDispose]() {
        const key = keyOf(held.entry);
        // Remove only our own entry: disposed of before, it may be another's.
        if (holds.get(key) === held) {
          holds.delete(key);
          heldWeight -= held.weight;
          announce("removed", held);
        }
        return Promise.resolve();
      },
    };
  };

  return {
    add(entry, holder) {
      const other = holds.get(keyOf(entry));
      return other
        ? Promise.reject(alreadyHeld(entry, other))
        : new Promise((resolve) => resolve(lease(put(entry, holder))));
    },

    list({ service, after, limit } = {}) {
      const [first] = cut(range(holds, service, after), {
        items: limit,
        bytes: partBytes,
      });
      const { items, more } = first!;
      const entries = items.map(({ entry }) => entry);
      return Promise.resolve({ epoch, revision, entries, more });
    },

    watchers(limit) {
      const all = watchers.known;
      const first = [...all.values().take(limit)];
      return Promise.resolve({ watchers: first, total: all.size });
    },

    async *watch({ service, signal, who }) {
      using watcher = watchers.add(service, signal, who);
      while (!signal.aborted) {
        if (watcher.behind) {
          watcher.behind = false;
          const at = revision;
          const all = range(holds.clone(), service);
          for (const { items, more } of cut(all, { bytes: partBytes })) {
            const entries = items.map(({ entry }) => entry);
            yield { kind: "snapshot", epoch, revision: at, entries, more };
            if (signal.aborted) return;
          }
          continue;
        }
        const pending = watcher.take();
        if (pending.length === 0) {
          await watcher.changed();
          continue;
        }
        for (const { items } of cut(pending, { bytes: partBytes })) {
          const changes = items.map(({ change }) => change);
          const last = changes[changes.length - 1]!.revision;
          yield { kind: "changes", epoch, revision: last, changes };
        }
      }
    },
  };
}

/** Sorts as service and instance do: no name has a character before "\n". */
function keyOf({ service, instance }: Place): string {
  return `${service}\n${instance}`;
}

/** The entries of one service or all, after a place or from the first. */
function* range(
  holds: SortedMap<Held>,
  service?: string,
  after?: Place,
): Generator<Held> {
  const first = service === undefined ? "" : keyOf({ service, instance: "" });
  const past = after ? keyOf(after) : "";
  for (const [key, held] of holds.from(past > first ? past : first)) {
    if (service !== undefined && held.entry.service !== service) return;
    if (key !== past) yield held;
  }
}

function alreadyHeld(entry: Entry, { entry: other, holder, since }: Held) {
  return new Fault(
    "already_exists",
    `Cannot register service ${
      describeEntry(entry)
    }: ${holder} holds the instance for ${other.address} since ${since.toISOString()}; stop that one, or take another instance name`,
  );
}

function exhausted(entry: Entry, limit: string): Fault {
  return new Fault(
    "exhausted",
    `Cannot register service ${
      describeEntry(entry)
    }: the broker holds ${limit} at most`,
  );
}
