/**
 * The instances that are running now.
 *
 * Knows no gRPC and checks no entry: service.ts does that. Every answer is a
 * promise or a stream, so that a registry kept elsewhere (etcd) can take the
 * place of the one in memory.
 *
 * @module
 */

import type { Entry } from "./entry.ts";

/** A point in the life of a registry. */
export interface Moment {
  /** Names this life of the registry; revisions of two epochs do not compare. */
  epoch: string;
  /** Number of changes so far in this epoch. */
  revision: number;
}

/** Entries, in order of service and instance, as they were at one moment. */
export interface Listing extends Moment {
  entries: readonly Entry[];
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

/** What a watcher reads. */
export type Update =
  | ({ kind: "snapshot" } & Listing)
  | ({ kind: "changes"; changes: readonly Change[] } & Moment);

/** An entry's hold on its place. Disposing of it removes the entry. */
export interface Lease extends Moment, AsyncDisposable {
  /** Aborts when the entry is no longer ours: another has taken its place. */
  lost: AbortSignal;
}

/** What to watch, and for how long. */
export interface WatchOptions {
  /** The only service to follow. @default {all} */
  service?: string | undefined;
  /** Ends the watch when it aborts. */
  signal: AbortSignal;
}

/** The instances that are running now, by service. */
export interface Registry {
  /** Adds an entry, or replaces the one with its service and instance. */
  add(entry: Entry): Promise<Lease>;
  /** Returns the entries of one service, or all. */
  list(service?: string): Promise<Listing>;
  /**
   * Follows the entries: first a snapshot, then the changes after it, in order
   * and without a gap. A reader that falls too far behind gets a snapshot in
   * place of the changes it has missed.
   */
  watch(options: WatchOptions): AsyncIterable<Update>;
}
