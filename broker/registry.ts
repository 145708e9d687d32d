/**
 * The instances that are running now.
 *
 * Knows no gRPC and checks no entry: service.ts does that. Every answer is a
 * promise or a stream, so that a registry kept elsewhere (etcd) can take the
 * place of the one in memory.
 *
 * @module
 */

import type { Fault } from "../runtime/program/errors.ts";
import type { Entry, Place } from "./entry.ts";

/** A point in the life of a registry. */
export interface Moment {
  /** Names this life of the registry; revisions of two epochs do not compare. */
  epoch: string;
  /**
   * Grows with each change of this epoch: of the same epoch and revision there
   * are the same entries.
   */
  revision: number;
}

/** Entries, in order of service and instance, as they were at one moment. */
export interface Listing extends Moment {
  entries: readonly Entry[];
}

/** Some of the entries. */
export interface Part extends Listing {
  /** True when more entries come after these. */
  more: boolean;
}

/** One change. */
export interface Change {
  /** `put` adds the entry or replaces the one with its service and instance. */
  kind: "put" | "removed";
  /** Number of this change in its epoch. */
  revision: number;
  /** The entry; of a removed one, what it was last. */
  entry: Entry;
}

/** What a watcher reads; each fits into a message. */
export type Update =
  /** The parts of one snapshot come one after the other, all of one moment. */
  | ({ kind: "snapshot" } & Part)
  | ({ kind: "changes"; changes: readonly Change[] } & Moment);

/** An entry's hold on its place. Disposing of it removes the entry. */
export interface Lease extends Moment, AsyncDisposable {
  /**
   * Resolves if the place has gone to somebody else meanwhile, with what that
   * one's refusal would say.
   */
  readonly lost: Promise<Fault>;
  /**
   * Puts another entry in the place, of the same service and instance.
   *
   * @throws {Fault} `exhausted` when the registry would hold too much;
   * `unavailable` while it cannot be reached.
   */
  replace(entry: Entry): Promise<Moment>;
}

/** Which entries to list. */
export interface ListOptions {
  /** The only service to list. @default {all} */
  service?: string | undefined;
  /** Only what comes after this. @default {from the first} */
  after?: Place | undefined;
  /** Most entries. @default {as many as fit into a message} */
  limit?: number | undefined;
}

/** What to watch, and for how long. */
export interface WatchOptions {
  /** The only service to follow. @default {all} */
  service?: string | undefined;
  /** Ends the watch when it aborts. */
  signal: AbortSignal;
  /** Who watches, for others to see. @default {nobody sees it} */
  who?: { name: string; address: string } | undefined;
}

/** One who watches. */
export interface WatcherInfo {
  /** The only service that it follows; undefined for all. */
  service: string | undefined;
  /** What it calls itself; may be empty. */
  name: string;
  /** Where its connection comes from. */
  address: string;
  /** Since when, as Unix time in milliseconds. */
  sinceMs: number;
}

/** The instances that are running now, by service. */
export interface Registry {
  /**
   * Adds an entry.
   *
   * @param entry What to add.
   * @param holder Who adds it, for whoever wants the same place.
   * @throws {Fault} `already_exists` if a live holder has the place; `exhausted`
   * when the registry would hold too much; `unavailable` while it cannot be
   * reached.
   */
  add(entry: Entry, holder: string): Promise<Lease>;
  /** Returns the first of the entries asked for, as many as fit into a message. */
  list(options?: ListOptions): Promise<Part>;
  /**
   * Follows the entries: first a snapshot, then the changes after it, in order
   * and without a gap. A reader that falls too far behind gets a snapshot in
   * place of the changes it has missed.
   *
   * Reading throws a {@linkcode Fault}: `exhausted` when too many watch,
   * `unavailable` where the registry has never been reached.
   */
  watch(options: WatchOptions): AsyncIterable<Update>;
  /**
   * Returns those who watch and said who they are, the oldest first.
   *
   * @param limit The most to return.
   */
  watchers(
    limit: number,
  ): Promise<{ watchers: readonly WatcherInfo[]; total: number }>;
}
