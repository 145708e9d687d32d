/**
 * The registry of a broker that keeps what is running in its own memory, and
 * loses it with the process: whoever is registered registers again.
 *
 * @module
 */

import { createNotifier } from "../runtime/program/notifier.ts";
import { byName, type Entry } from "./entry.ts";
import type { Change, Listing, Registry } from "./registry.ts";

/** Options for {@linkcode createMemoryRegistry}. */
export interface MemoryRegistryOptions {
  /** Changes kept for a watcher that does not read. @default {1024} */
  maxBacklog?: number;
  /** Names this life of the registry. @default {a random UUID} */
  epoch?: string;
}

interface Held {
  entry: Entry;
  lost: AbortController;
}

/** A reader of watch(), and what it has not read. */
interface Watcher {
  pending: Change[];
  /** True when it needs a snapshot first: at its start, or too far behind. */
  behind: boolean;
  wake(): void;
}

/** Watchers of every service are kept under this name; no service has it. */
const EVERY_SERVICE = "";

/** Creates a registry that lives in memory, as long as the process. */
export function createMemoryRegistry(
  { maxBacklog = 1_024, epoch = crypto.randomUUID() }: MemoryRegistryOptions =
    {},
): Registry {
  const instancesOf = new Map<string, Map<string, Held>>();
  const watchersOf = new Map<string, Set<Watcher>>();
  let revision = 0;

  const announce = (kind: Change["kind"], entry: Entry) => {
    const change = { kind, entry, revision: ++revision };
    for (const name of [entry.service, EVERY_SERVICE]) {
      for (const watcher of watchersOf.get(name) ?? []) {
        if (watcher.behind) continue;
        if (watcher.pending.length < maxBacklog) watcher.pending.push(change);
        else fallBehind(watcher);
        watcher.wake();
      }
    }
  };

  const remove = (held: Held) => {
    const { service, instance } = held.entry;
    const instances = instancesOf.get(service);
    // Remove only our own entry: another may have taken its place by now.
    if (instances?.get(instance) !== held) return;
    instances.delete(instance);
    if (instances.size === 0) instancesOf.delete(service);
    announce("removed", held.entry);
  };

  const list = (service?: string): Listing => {
    const chosen = service === undefined
      ? [...instancesOf.values()]
      : [instancesOf.get(service) ?? new Map<string, Held>()];
    const entries = chosen
      .flatMap((instances) => [...instances.values()])
      .map(({ entry }) => entry)
      .sort(byName);
    return { epoch, revision, entries };
  };

  return {
    add(entry) {
      const { service, instance } = entry;
      const instances = getOrCreate(instancesOf, service, () => new Map());
      const older = instances.get(instance);
      const held = { entry, lost: new AbortController() };
      instances.set(instance, held);
      older?.lost.abort();
      announce("put", entry);
      return Promise.resolve({
        epoch,
        revision,
        lost: held.lost.signal,
        [Symbol.asyncDispose]: () => Promise.resolve(remove(held)),
      });
    },

    list: (service) => Promise.resolve(list(service)),

    async *watch({ service, signal }) {
      const changed = createNotifier();
      const watcher: Watcher = {
        pending: [],
        behind: true,
        wake: changed.notify,
      };
      const name = service ?? EVERY_SERVICE;
      getOrCreate(watchersOf, name, () => new Set()).add(watcher);
      signal.addEventListener("abort", watcher.wake, { once: true });
      try {
        while (!signal.aborted) {
          if (watcher.behind) {
            watcher.behind = false;
            yield { kind: "snapshot", ...list(service) };
          } else if (watcher.pending.length > 0) {
            const changes = watcher.pending;
            watcher.pending = [];
            const last = changes[changes.length - 1]!.revision;
            yield { kind: "changes", epoch, revision: last, changes };
          } else {
            await changed.next();
          }
        }
      } finally {
        signal.removeEventListener("abort", watcher.wake);
        const watchers = watchersOf.get(name);
        watchers?.delete(watcher);
        if (watchers?.size === 0) watchersOf.delete(name);
      }
    },
  };
}

function fallBehind(watcher: Watcher): void {
  watcher.behind = true;
  watcher.pending = [];
}

function getOrCreate<Value>(
  map: Map<string, Value>,
  key: string,
  create: () => Value,
): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, value = create());
  return value;
}
