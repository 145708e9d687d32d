/**
 * The entries below one prefix of an etcd, followed by a watch.
 *
 * @module
 */

import type { Event__Output } from "../../proto/types/etcdserverpb/Event.ts";
import type { ResponseHeader__Output } from "../../proto/types/etcdserverpb/ResponseHeader.ts";
import type { WatchResponse__Output } from "../../proto/types/etcdserverpb/WatchResponse.ts";
import { aborted } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { createNotifier } from "../../runtime/program/notifier.ts";
import type { Place } from "../entry.ts";
import {
  createEntryTable,
  type EntryTable,
  type TableOptions,
} from "../entry_table.ts";
import type { KeyValue, Member } from "./member.ts";
import {
  type Holder,
  placeOf,
  rangeOf,
  readEntry,
  type StoredEntry,
} from "./stored_entry.ts";

/** What is noted of an entry. */
export interface Note extends Holder {
  /** The lease that it stands on; 0 for none. */
  lease: number;
  /** The change that put it there. */
  revision: number;
}

/** What is told of the entries. */
export interface FollowedListener {
  /** They are known as they are now, or nearly. */
  known(): void;
  /** Something has happened to what is in this place. */
  changed(place: Place): void;
  /** Told, in a line each, of keys that are no entries. */
  report(line: string): void;
}

/** The entries, as far as they are known. */
export interface FollowedEntries {
  readonly table: EntryTable<Note>;
  /** True once they have been read. */
  readonly isKnown: boolean;
  /**
   * Reads what has changed, and everything where that cannot be known.
   *
   * @param signal Ends it.
   * @throws {Fault} When the member does not answer any more.
   */
  follow(member: Member, signal: AbortSignal): Promise<never>;
  /** Resolves when a change is known, or `signal` aborts. */
  reach(revision: number, signal: AbortSignal): Promise<void>;
}

/** Most entries that are asked for at once. */
const PAGE = 250;

/** Most keys that are remembered as told. */
const MAX_TOLD = 1_000;

/** Makes entries that are not known yet. */
export function createFollowedEntries(
  prefix: string,
  options: TableOptions,
  listener: FollowedListener,
): FollowedEntries {
  const range = rangeOf(prefix);
  const table = createEntryTable<Note>({ epoch: "", revision: 0 }, options);
  const progress = createNotifier();
  const told = new Set<string>();
  let isKnown = false;

  /** Names one life of what is in etcd. Brokers beside each other say the same. */
  const epochOf = (header: ResponseHeader__Output | null) =>
    `etcd/${header?.clusterId ?? 0}/${prefix}`;

  /** What is in a key, and where; undefined where it cannot be an entry. */
  const read = (kv: KeyValue): StoredEntry & { note: Note } | undefined => {
    const place = placeOf(prefix, kv.key);
    if (!place) return undefined;
    try {
      const stored = readEntry(place, kv.value);
      const { lease, modRevision } = kv;
      const note = { ...stored.holder, lease, revision: modRevision };
      return { ...stored, note };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const name = JSON.stringify(kv.key.toString());
      if (told.has(name)) return undefined;
      if (told.size >= MAX_TOLD) told.clear();
      told.add(name);
      listener.report(`Passing over ${name} in etcd: ${error.message}`);
      return undefined;
    }
  };

  /** Reads all of it, as of one moment. */
  const readAll = async (member: Member) => {
    const entries: NonNullable<ReturnType<typeof read>>[] = [];
    let { key } = range;
    let revision = 0;
    let epoch;
    for (let more = true; more;) {
      const page = await member.range({
        ...range,
        key,
        revision,
        limit: PAGE,
      });
      revision ||= page.header?.revision ?? 0;
      epoch ??= epochOf(page.header);
      for (const kv of page.kvs) {
        const each = read(kv);
        if (each) entries.push(each);
      }
      more = page.more;
      const last = page.kvs.at(-1);
      if (last) key = Buffer.concat([last.key, new Uint8Array(1)]);
    }
    table.replaceAll(entries, { epoch: epoch ?? "", revision });
  };

  /** False where etcd is another, or has lost what is known here. */
  const canGoOn = async (member: Member) => {
    const { header } = await member.range({ ...range, countOnly: true });
    const { epoch, revision } = table.moment;
    return epochOf(header) === epoch && (header?.revision ?? 0) >= revision;
  };

  const apply = (events: readonly Event__Output[]) => {
    // What came and went within one message was never seen. The last counts.
    const lastOf = new Map<string, Event__Output>();
    for (const event of events) {
      const key = event.kv!.key.toString();
      lastOf.delete(key);
      lastOf.set(key, event);
    }
    const places: Place[] = [];
    for (const { type, kv } of lastOf.values()) {
      const place = placeOf(prefix, kv!.key);
      if (!place) continue;
      const put = type === "PUT" ? read(kv!) : undefined;
      if (put) table.put(put.entry, put.note, kv!.modRevision);
      else table.remove(place, kv!.modRevision);
      places.push(place);
    }
    progress.notify();
    for (const place of places) listener.changed(place);
  };

  /** Returns where the changes that are wanted are forgotten. */
  const watch = async (member: Member, signal: AbortSignal) => {
    const from = table.moment.revision + 1;
    let events: Event__Output[] = [];
    for await (const response of member.watch(range, from, signal)) {
      // What came before the end, and was not read, is told again by the next.
      signal.throwIfAborted();
      if (response.canceled) return refuseUnlessCompacted(response, member);
      events = events.concat(response.events);
      // A change is known as a whole or not at all: the next watch begins after it.
      if (response.fragment) continue;
      apply(events);
      events = [];
    }
    throw new Fault(
      "unavailable",
      `Cannot reach etcd at ${member.address}: it has ended the watch`,
    );
  };

  return {
    table,
    get isKnown() {
      return isKnown;
    },
    async follow(member, signal) {
      let goesOn = isKnown && await canGoOn(member);
      while (true) {
        if (!goesOn) await readAll(member);
        isKnown = true;
        progress.notify();
        listener.known();
        await watch(member, signal);
        goesOn = false;
      }
    },
    async reach(revision, signal) {
      const ended = aborted(signal);
      while (table.moment.revision < revision && !signal.aborted) {
        await Promise.race([progress.next(), ended]);
      }
    },
  };
}

function refuseUnlessCompacted(
  { compactRevision, cancelReason }: WatchResponse__Output,
  member: Member,
): void {
  if (compactRevision > 0) return;
  throw new Fault(
    "unavailable",
    `Cannot follow etcd at ${member.address}: ${
      cancelReason || "it has ended the watch"
    }`,
  );
}
