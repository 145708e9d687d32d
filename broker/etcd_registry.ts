/**
 * The registry of brokers that share what they know by an etcd: each tells the
 * same, and what is registered with one outlives it.
 *
 * One lease stands for a broker, and each of its entries for a service that is
 * connected to it. A service that goes takes its entry along at once; those of a
 * broker that goes last as long as its lease, so that whoever was registered with
 * it has the time to come to another broker, and is not missed meanwhile.
 *
 * What is known comes from a watch, and is what all answers are made of. When
 * the watch breaks, it goes on where it was; where etcd has forgotten that, or
 * has lost what it had, everything is read anew. After each such break, and
 * whenever an entry of ours changes, what should be is compared with what is.
 *
 * @module
 */

import { abortOnDispose, pause } from "../runtime/program/abort.ts";
import { Fault } from "../runtime/program/errors.ts";
import { describeEntry, type Entry, type Place } from "./entry.ts";
import { alreadyHeld, type Row, type TableOptions } from "./entry_table.ts";
import type { EtcdAddress } from "./etcd/address.ts";
import { createFollowedEntries, type Note } from "./etcd/followed_entries.ts";
import { createLease } from "./etcd/kept_lease.ts";
import { connectMember, type KeyValue, type Member } from "./etcd/member.ts";
import { stayInTouch } from "./etcd/reached.ts";
import { keyOf, readEntry, writeEntry } from "./etcd/stored_entry.ts";
import { type Expected, put, remove } from "./etcd/transactions.ts";
import { createTurns } from "./etcd/turns.ts";
import type { Lease, Registry } from "./registry.ts";

/** Options for {@linkcode createEtcdRegistry}. */
export interface EtcdRegistryOptions extends TableOptions {
  /** Told, in a line each, what becomes of the connection. @default {nobody} */
  report?: (line: string) => void;
  /**
   * How long entries outlive their broker, in seconds: longer than whoever is
   * registered takes to notice that it has frozen, and to come to another.
   *
   * @default {20}
   */
  leaseSeconds?: number;
}

/** A registry in etcd. */
export interface EtcdRegistry extends Registry {
  /** Resolves once it knows what is registered. */
  readonly ready: Promise<void>;
  /**
   * Lets go of etcd, to be called before a broker ends its streams: what it has
   * registered stays for as long as its lease lasts.
   */
  close(): Promise<void>;
}

/** A place that is held by somebody who is connected to this broker. */
interface Hold {
  entry: Entry;
  who: string;
  since: Date;
  /** The change that put it there last. */
  revision: number;
  /**
   * True once the same address stands there by another broker. Its holder may
   * have gone over to that one, or be another program: as long as it is
   * connected here, the place is taken again when the other one leaves it.
   */
  takenOver: boolean;
  lost: PromiseWithResolvers<Fault>;
}

/** A member that answers, and what has to be over when it does not. */
interface Session {
  member: Member;
  lease: number;
  /** Aborts when it is over. */
  signal: AbortSignal;
}

/** How often a place is tried for that changes between two looks at it. */
const MAX_TRIES = 5;

/** How long after a write that has failed its place is looked at, in milliseconds. */
const LOOK_AGAIN_MS = 1_000;

/** How many entries are put in order at once. */
const AT_ONCE = 64;

/**
 * Opens a registry in etcd, and keeps in touch with it until it is closed.
 *
 * @param etcd Where it is. Members are asked one after the other.
 */
export function createEtcdRegistry(
  { members, prefix }: EtcdAddress,
  { report = () => {}, leaseSeconds = 20, ...options }: EtcdRegistryOptions =
    {},
): EtcdRegistry {
  const closing = new AbortController();
  const ready = Promise.withResolvers<void>();
  const lease = createLease(leaseSeconds);
  const inTurn = createTurns();
  const holds = new Map<string, Hold>();
  let session: Session | undefined;
  let next: Session | undefined;

  const followed = createFollowedEntries(prefix, options, {
    known() {
      session = next;
      reached();
      ready.resolve();
      void settleAll(session!);
    },
    changed(place) {
      if (session && !isRight(place)) void settle(place, session);
    },
    report,
  });
  const { table } = followed;
  let reached = () => {};

  /** What the entries of others are held against. */
  const whole = `etcd at ${members.join(", ")}`;
  const inTouch = (what: string): Session => {
    if (session) return session;
    throw new Fault(
      "unavailable",
      `Cannot ${what}: the broker has lost ${whole}, and waits for it`,
    );
  };

  /** Writes an entry in the place of what is expected there. */
  const write = (to: Session, hold: Hold, expected: Expected) =>
    put(to.member, expected, {
      key: keyOf(prefix, hold.entry),
      value: writeEntry({ entry: hold.entry, holder: hold }),
      lease: to.lease,
    });

  /**
   * Takes a place that nobody holds, or that the same instance at the same
   * address holds by another broker: it has come to this one.
   */
  const claim = async (to: Session, hold: Hold): Promise<void> => {
    let modRevision = 0;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const { done, revision, found } = await write(to, hold, { modRevision });
      if (done) {
        hold.revision = revision;
        return;
      }
      if (found && !lease.has(found.lease)) checkSame(hold.entry, found);
      modRevision = found?.modRevision ?? 0;
    }
    throw new Fault(
      "unavailable",
      `Cannot register service ${
        describeEntry(hold.entry)
      }: its place in etcd changes all the time`,
    );
  };

  /**
   * Does a write. Nobody knows what has come of one that fails; its place is
   * looked at later.
   */
  const attempt = async <Result>(
    place: Place,
    to: Session,
    act: () => Promise<Result>,
  ): Promise<Result> => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.code === "already_exists") throw error;
      void settleLater(place, to);
      throw new Fault("unavailable", error.message, { cause: error });
    }
  };

  /** True while the entry of another broker stands for the same address. */
  const isElsewhere = (hold: Hold, row: Row<Note> | undefined): boolean =>
    row !== undefined && hold.takenOver && !lease.has(row.note.lease) &&
    row.entry.address === hold.entry.address;

  /** True where etcd has what should be in a place, as far as is known. */
  const isRight = (place: Place): boolean => {
    const hold = holds.get(nameOf(place));
    const row = table.get(place);
    if (!row) return !hold;
    if (!hold) return !lease.has(row.note.lease);
    // Of what is older, something newer is on its way.
    return row.note.lease === lease.id || row.note.revision < hold.revision ||
      isElsewhere(hold, row);
  };

  /** Makes right what is in a place. */
  const settle = (place: Place, to: Session): Promise<void> =>
    inTurn(nameOf(place), async () => {
      if (to !== session || isRight(place)) return;
      const hold = holds.get(nameOf(place));
      const row = table.get(place);
      if (!hold) {
        const expected = { modRevision: row!.note.revision };
        await remove(to.member, expected, keyOf(prefix, place));
      } else if (!row || lease.has(row.note.lease)) {
        await restore(to, hold);
      } else {
        giveWay(hold, row);
      }
    }).catch((error) => {
      if (!(error instanceof Fault)) throw error;
      return settleLater(place, to);
    });

  const settleLater = async (place: Place, to: Session): Promise<void> => {
    await pause(LOOK_AGAIN_MS, to.signal);
    if (!to.signal.aborted) await settle(place, to);
  };

  const giveWay = (hold: Hold, { entry, note }: Row<Note>) => {
    const { address } = entry;
    if (address !== hold.entry.address) {
      holds.delete(nameOf(entry));
      return hold.lost.resolve(alreadyHeld(hold.entry, { ...note, address }));
    }
    hold.takenOver = true;
    report(`${describeEntry(entry)} is registered with another broker now`);
  };

  /**
   * Puts an entry where none is, or only what an earlier lease of ours holds;
   * whoever has come meanwhile keeps the place.
   */
  const restore = async (to: Session, hold: Hold) => {
    let { done, revision, found } = await write(to, hold, { modRevision: 0 });
    if (found && lease.has(found.lease)) {
      const { modRevision } = found;
      ({ done, revision } = await write(to, hold, { modRevision }));
    }
    if (!done) return;
    hold.revision = revision;
    if (!hold.takenOver) return;
    hold.takenOver = false;
    report(`${describeEntry(hold.entry)} is registered with this broker again`);
  };

  const restoreAll = (to: Session) =>
    eachOf(holds, ([name, hold]) =>
      inTurn(name, async () => {
        // What etcd had before may be lost, with its count of changes.
        hold.revision = 0;
        if (holds.get(name) === hold) await restore(to, hold);
      }));

  const settleAll = async (to: Session) => {
    const places = [
      ...[...table.rows()].map(({ entry }) => entry),
      ...[...holds.values()].map(({ entry }) => entry),
    ].filter((place) => !isRight(place));
    await eachOf(places, (place) => settle(place, to));
  };

  const leaseOf = (hold: Hold): Lease => {
    const name = nameOf(hold.entry);
    return {
      epoch: table.moment.epoch,
      revision: hold.revision,
      lost: hold.lost.promise,
      replace: (entry) =>
        inTurn(name, async () => {
          const what = `register service ${describeEntry(entry)}`;
          const to = inTouch(what);
          table.checkRoom(entry);
          const newer = { ...hold, entry };
          const { done, revision } = await attempt(
            entry,
            to,
            () => write(to, newer, { lease: to.lease }),
          );
          if (!done) {
            throw new Fault(
              "unavailable",
              `Cannot ${what}: its place in etcd has just gone; register again`,
            );
          }
          Object.assign(hold, { entry, revision });
          await followed.reach(revision, to.signal);
          return { epoch: table.moment.epoch, revision };
        }),
      [Symbol.asyncDispose]: () =>
        inTurn(name, async () => {
          if (closing.signal.aborted || holds.get(name) !== hold) return;
          holds.delete(name);
          // Without etcd it is removed once that is back.
          const to = session;
          if (!to) return;
          const key = keyOf(prefix, hold.entry);
          const removed = await attempt(
            hold.entry,
            to,
            () => remove(to.member, { lease: to.lease }, key),
          ).catch((error) => {
            if (error instanceof Fault) return undefined;
            throw error;
          });
          if (removed?.done) await followed.reach(removed.revision, to.signal);
        }),
    };
  };

  const connected = members.map(connectMember);
  const over = stayInTouch({
    members: connected,
    signal: closing.signal,
    report,
    meanwhile: () =>
      followed.isKnown
        ? "the broker answers from what it knew, and registers nobody until etcd is back"
        : "the broker waits for it",
    async work(member, signal, tellReached) {
      using ended = abortOnDispose();
      const isNew = await lease.take(member, signal);
      next = {
        member,
        lease: lease.id!,
        signal: AbortSignal.any([signal, ended.signal]),
      };
      reached = tellReached;
      if (isNew && holds.size > 0) {
        report(`The lease in etcd was over; registering ${holds.size} anew`);
        await restoreAll(next);
      }
      try {
        await Promise.race([
          lease.keep(),
          followed.follow(member, next.signal),
        ]);
      } finally {
        session = undefined;
      }
    },
  });

  const known = () => {
    if (followed.isKnown) return;
    throw new Fault(
      "unavailable",
      `Cannot tell what is registered: the broker has not reached ${whole} yet`,
    );
  };
  return {
    ready: ready.promise,
    add: (entry, who) =>
      inTurn(nameOf(entry), async () => {
        const to = inTouch(`register service ${describeEntry(entry)}`);
        const other = holds.get(nameOf(entry));
        if (other && !isElsewhere(other, table.get(entry))) {
          const { address } = other.entry;
          throw alreadyHeld(entry, { ...other, address });
        }
        table.checkRoom(entry);
        const hold: Hold = {
          entry,
          who,
          since: new Date(),
          revision: 0,
          takenOver: false,
          lost: Promise.withResolvers(),
        };
        await attempt(entry, to, () => claim(to, hold));
        holds.set(nameOf(entry), hold);
        const { address } = entry;
        other?.lost.resolve(alreadyHeld(other.entry, { ...hold, address }));
        await followed.reach(hold.revision, to.signal);
        return leaseOf(hold);
      }),
    async list(options) {
      known();
      return await table.list(options);
    },
    async *watch(options) {
      known();
      yield* table.watch(options);
    },
    watchers: table.watchers,
    async close() {
      closing.abort();
      await over;
      for (const member of connected) member.close();
    },
  };
}

/** @throws {Fault} `already_exists` unless it is the same instance. */
function checkSame(entry: Entry, { value }: KeyValue): void {
  let found;
  try {
    found = readEntry(entry, value);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw alreadyHeld(entry, { who: "another program", address: "no address" });
  }
  const { address } = found.entry;
  if (address === entry.address) return;
  throw alreadyHeld(entry, { ...found.holder, address });
}

/** Does the same with each, some at once. */
async function eachOf<Item>(
  items: Iterable<Item>,
  act: (item: Item) => Promise<void>,
): Promise<void> {
  const all = [...items];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    await Promise.all(all.slice(at, at + AT_ONCE).map(act));
  }
}

function nameOf({ service, instance }: Place): string {
  return `${service}\n${instance}`;
}
