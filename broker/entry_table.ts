/**
 * The entries that a registry knows, and those who watch them: what every
 * registry reads from, wherever it keeps what it knows.
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
import type { Change, Moment, Registry } from "./registry.ts";
import { createSortedMap, type SortedMap } from "./sorted_map.ts";
import { createWatchers } from "./watchers.ts";

/** Options for {@linkcode createEntryTable}. */
export interface TableOptions {
  /** Changes kept for a watcher that does not read. @default {1024} */
  maxBacklog?: number;
  /** Most bytes of what is read at once. @default {nearly 1 MiB} */
  partBytes?: number;
  /** What is refused. @default {QUOTAS} */
  quotas?: Omit<Quotas, "streamEntries">;
}

/** An entry, and what its registry notes about it. */
export interface Row<Note> {
  readonly entry: Entry;
  /** As it is encoded. */
  readonly bytes: number;
  /** As it counts. */
  readonly weight: number;
  readonly note: Note;
}

/** The entries of one registry. */
export interface EntryTable<Note>
  extends Pick<Registry, "list" | "watch" | "watchers"> {
  /** When it is as it is. */
  readonly moment: Moment;
  get(place: Place): Row<Note> | undefined;
  rows(): Iterable<Row<Note>>;
  /**
   * Checks that an entry may take its place, without putting it there.
   *
   * @throws {Fault} `exhausted` when the table would hold too much.
   */
  checkRoom(entry: Entry): void;
  /** Puts an entry in its place, as the change of this revision. */
  put(entry: Entry, note: Note, revision: number): Row<Note>;
  /** Removes what is in a place, if anything is, as the change of this revision. */
  remove(place: Place, revision: number): void;
  /** Begins anew with these; whoever watches gets a snapshot of them. */
  replaceAll(
    entries: Iterable<{ entry: Entry; note: Note }>,
    moment: Moment,
  ): void;
}

/** What a change takes besides its entry: its number, and what frames both. */
const CHANGE_BYTES = 24;

/** Creates an empty table, as of `first`. */
export function createEntryTable<Note>(
  first: Moment,
  {
    maxBacklog = 1_024,
    partBytes = PART_BYTES,
    quotas = QUOTAS,
  }: TableOptions = {},
): EntryTable<Note> {
  const watchers = createWatchers({ maxBacklog, quotas });
  let rows = createSortedMap<Row<Note>>();
  let heldWeight = 0;
  let { epoch, revision } = first;

  const announce = (
    kind: Change["kind"],
    { entry, bytes, weight }: Row<Note>,
  ) =>
    watchers.announce({
      change: { kind, entry, revision },
      bytes: bytes + CHANGE_BYTES,
      weight,
    });
  const hold = (row: Row<Note>) => {
    const key = keyOf(row.entry);
    heldWeight += row.weight - (rows.get(key)?.weight ?? 0);
    rows.set(key, row);
  };

  return {
    get moment() {
      return { epoch, revision };
    },
    get: (place) => rows.get(keyOf(place)),
    *rows() {
      for (const [, row] of rows.from("")) yield row;
    },

    checkRoom(entry) {
      const before = rows.get(keyOf(entry));
      const weight = entryWeight(entry, entryBytes(entry));
      if (!before && rows.size >= quotas.entries) {
        throw exhausted(entry, `${quotas.entries} entries`);
      }
      if (heldWeight + weight - (before?.weight ?? 0) > quotas.bytes) {
        throw exhausted(entry, `${quotas.bytes} bytes of entries`);
      }
    },

    put(entry, note, at) {
      revision = at;
      const row = rowOf(entry, note);
      hold(row);
      announce("put", row);
      return row;
    },

    remove(place, at) {
      revision = at;
      const key = keyOf(place);
      const row = rows.get(key);
      if (!row) return;
      rows.delete(key);
      heldWeight -= row.weight;
      announce("removed", row);
    },

    replaceAll(entries, moment) {
      ({ epoch, revision } = moment);
      rows = createSortedMap();
      heldWeight = 0;
      for (const { entry, note } of entries) hold(rowOf(entry, note));
      watchers.beginAnew();
    },

    list({ service, after, limit } = {}) {
      const [first] = cut(range(rows, service, after), {
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
          const at = { epoch, revision };
          const all = range(rows.clone(), service);
          for (const { items, more } of cut(all, { bytes: partBytes })) {
            const entries = items.map(({ entry }) => entry);
            yield { kind: "snapshot", ...at, entries, more };
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

function rowOf<Note>(entry: Entry, note: Note): Row<Note> {
  const bytes = entryBytes(entry);
  return { entry, bytes, weight: entryWeight(entry, bytes), note };
}

/** Sorts as service and instance do: no name has a character before "\n". */
function keyOf({ service, instance }: Place): string {
  return `${service}\n${instance}`;
}

/** The entries of one service or all, after a place or from the first. */
function* range<Note>(
  rows: SortedMap<Row<Note>>,
  service?: string,
  after?: Place,
): Generator<Row<Note>> {
  const first = service === undefined ? "" : keyOf({ service, instance: "" });
  const past = after ? keyOf(after) : "";
  for (const [key, row] of rows.from(past > first ? past : first)) {
    if (service !== undefined && row.entry.service !== service) return;
    if (key !== past) yield row;
  }
}

/**
 * The refusal of an entry whose place is held.
 *
 * @param holder Who holds it, with the entry of theirs and since when
 * if that is known.
 */
export function alreadyHeld(
  entry: Entry,
  { who, address, since }: {
    who: string;
    address: string;
    since?: Date | undefined;
  },
): Fault {
  const when = since ? ` since ${since.toISOString()}` : "";
  return new Fault(
    "already_exists",
    `Cannot register service ${
      describeEntry(entry)
    }: ${who} holds the instance for ${address}${when}; stop that one, or take another instance name`,
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
