/**
 * Those who watch a registry, and what each has not read yet.
 *
 * What is kept for all of them together has a bound. Who falls too far behind
 * loses what is kept for it, and is to read everything anew.
 *
 * @module
 */

import { Fault } from "../runtime/program/errors.ts";
import { createNotifier } from "../runtime/program/notifier.ts";
import type { Quotas } from "./limits.ts";
import type { Change, WatcherInfo, WatchOptions } from "./registry.ts";

/** A change, and how large it is. */
export interface Pending {
  change: Change;
  /** As it is encoded. */
  bytes: number;
  /** As it counts. */
  weight: number;
}

/** One who watches. Disposing of it ends that. */
export interface Watcher extends Disposable {
  /** True when it needs a snapshot first: at its start, or too far behind. */
  behind: boolean;
  /** Takes what it has not read. */
  take(): Pending[];
  /** Resolves when there is something to read, or to look at again. */
  changed(): Promise<void>;
}

/** All who watch. */
export interface Watchers {
  /** Tells those of a service, and those of all, of a change. */
  announce(pending: Pending): void;
  /** Has everybody read everything anew. */
  beginAnew(): void;
  /**
   * Adds one.
   *
   * @param service What it watches. @default {every service}
   * @param signal Wakes it when it aborts.
   * @param who Who it is. @default {nobody who is listed}
   * @throws {Fault} `exhausted` if there are too many.
   */
  add(
    service: string | undefined,
    signal: AbortSignal,
    who?: WatchOptions["who"],
  ): Watcher;
  /** Those who are listed, the oldest first. */
  readonly known: ReadonlySet<WatcherInfo>;
}

/** Options for {@linkcode createWatchers}. */
export interface WatchersOptions {
  /** Changes kept for one that does not read. */
  maxBacklog: number;
  quotas: Pick<Quotas, "watchers" | "backlogBytes">;
}

/** Where changes go. */
interface Inbox {
  pending: Pending[];
  behind: boolean;
  wake(): void;
}

/** Watchers of every service are kept under this name; no service has it. */
const EVERY_SERVICE = "";

/** Keeps the watchers of one registry. */
export function createWatchers(
  { maxBacklog, quotas }: WatchersOptions,
): Watchers {
  const inboxesOf = new Map<string, Set<Inbox>>();
  // In the order in which they came.
  const known = new Set<WatcherInfo>();
  let count = 0;
  let pendingWeight = 0;

  const take = (inbox: Inbox): Pending[] => {
    const { pending } = inbox;
    inbox.pending = [];
    for (const { weight } of pending) pendingWeight -= weight;
    return pending;
  };
  const leaveBehind = (inbox: Inbox) => {
    inbox.behind = true;
    take(inbox);
  };
  const hand = (inbox: Inbox, pending: Pending) => {
    if (inbox.behind) return;
    const fits = inbox.pending.length < maxBacklog &&
      pendingWeight + pending.weight <= quotas.backlogBytes;
    if (fits) {
      inbox.pending.push(pending);
      pendingWeight += pending.weight;
    } else {
      leaveBehind(inbox);
    }
    inbox.wake();
  };

  return {
    known,
    announce(pending) {
      for (const name of [pending.change.entry.service, EVERY_SERVICE]) {
        for (const inbox of inboxesOf.get(name) ?? []) hand(inbox, pending);
      }
    },
    beginAnew() {
      for (const inbox of [...inboxesOf.values()].flatMap((all) => [...all])) {
        leaveBehind(inbox);
        inbox.wake();
      }
    },
    add(service = EVERY_SERVICE, signal, who) {
      if (count >= quotas.watchers) {
        throw new Fault(
          "exhausted",
          `Cannot watch: the broker has ${quotas.watchers} watchers, which is its limit`,
        );
      }
      count++;
      const notifier = createNotifier();
      const inbox: Inbox = { pending: [], behind: true, wake: notifier.notify };
      const inboxes = inboxesOf.get(service) ?? new Set();
      inboxesOf.set(service, inboxes.add(inbox));
      const info = who && {
        service: service === EVERY_SERVICE ? undefined : service,
        ...who,
        sinceMs: Date.now(),
      };
      if (info) known.add(info);
      signal.addEventListener("abort", inbox.wake, { once: true });
      return {
        get behind() {
          return inbox.behind;
        },
        set behind(behind) {
          inbox.behind = behind;
        },
        take: () => take(inbox),
        changed: notifier.next,
        [Symbol.dispose]() {
          count--;
          if (info) known.delete(info);
          take(inbox);
          signal.removeEventListener("abort", inbox.wake);
          inboxes.delete(inbox);
          if (inboxes.size === 0) inboxesOf.delete(service);
        },
      };
    },
  };
}
