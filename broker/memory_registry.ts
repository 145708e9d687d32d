/**
 * The registry of a broker that keeps what is running in its own memory, and
 * loses it with the process: whoever is registered registers again.
 *
 * @module
 */

import type { Entry } from "./entry.ts";
import {
  alreadyHeld,
  createEntryTable,
  type Row,
  type TableOptions,
} from "./entry_table.ts";
import type { Lease, Registry } from "./registry.ts";

/** Options for {@linkcode createMemoryRegistry}. */
export interface MemoryRegistryOptions extends TableOptions {
  /** Names this life of the registry. @default {a random UUID} */
  epoch?: string;
}

/** Who holds a place. */
interface Holder {
  who: string;
  since: Date;
}

/** Nothing takes a place from whoever holds it. */
const NEVER = new Promise<never>(() => {});

/** Creates a registry that lives in memory, as long as the process. */
export function createMemoryRegistry(
  { epoch = crypto.randomUUID(), ...options }: MemoryRegistryOptions = {},
): Registry {
  const table = createEntryTable<Holder>({ epoch, revision: 0 }, options);
  const nextRevision = () => table.moment.revision + 1;
  const put = (entry: Entry, holder: string): Row<Holder> => {
    table.checkRoom(entry);
    const note = { who: holder, since: new Date() };
    return table.put(entry, note, nextRevision());
  };

  const lease = (first: Row<Holder>): Lease => {
    let held = first;
    return {
      ...table.moment,
      lost: NEVER,
      replace(entry) {
        held = put(entry, held.note.who);
        return Promise.resolve(table.moment);
      },
      [Symbol.asyncDispose]() {
        // Remove only our own entry: disposed of before, it may be another's.
        if (table.get(held.entry) === held) {
          table.remove(held.entry, nextRevision());
        }
        return Promise.resolve();
      },
    };
  };

  return {
    add(entry, holder) {
      const other = table.get(entry);
      return other
        ? Promise.reject(alreadyHeld(entry, {
          ...other.note,
          address: other.entry.address,
        }))
        : new Promise((resolve) => resolve(lease(put(entry, holder))));
    },
    list: table.list,
    watch: table.watch,
    watchers: table.watchers,
  };
}
