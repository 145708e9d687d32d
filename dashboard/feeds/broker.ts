/**
 * Follows a broker: who is registered, and who follows what is.
 *
 * A page is told all of it anew where something has changed, four times a second
 * at most, and less often where there is so much that it takes its time.
 *
 * @module
 */

import {
  type Entry,
  type WatchEvent,
  watchServices,
} from "../../broker/client.ts";
import { type Watcher, watchersOf } from "../../broker/list_watchers.ts";
import { abortOnDispose, pause } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import type {
  RegistryEntry,
  RegistryMessage,
  RegistryWatcher,
} from "../wire.ts";
import type { Feed } from "./feed.ts";
import type { Ring } from "./ring.ts";

/** What following a broker needs. */
export interface BrokerFeedOptions {
  /** Where it is; undefined where none is asked. */
  broker: string | undefined;
  ring: Pick<Ring, "publish" | "last">;
  /** The name of the service that listens at an address, if one does. */
  ownerOf(address: string): string | undefined;
  /** The shortest time between two messages, in milliseconds. @default {250} */
  everyMs?: number;
  /** How often it is asked who follows, in milliseconds. @default {2_000} */
  lookMs?: number;
  /** Yields what is registered, until its signal aborts. @default {the broker} */
  follow?: (broker: string, signal: AbortSignal) => AsyncIterable<WatchEvent>;
  /** Makes what asks who follows. @default {the broker} */
  askWatchers?: typeof watchersOf;
}

/** The feed of a broker. */
export interface BrokerFeed {
  registry: Feed<"registry">;
  /** Follows until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** How many entries a page is told of, and how many who follow. */
const MAX_ENTRIES = 2_000;
const MAX_WATCHERS = 2_000;

/** So much of the time, at most, is spent on making messages. */
const SHARE = 0.1;

/** Makes the feed of a broker. */
export function createBrokerFeed({
  broker,
  ring,
  ownerOf,
  everyMs = 250,
  lookMs = 2_000,
  follow = (broker, signal) => watchServices({ broker, signal }),
  askWatchers = watchersOf,
}: BrokerFeedOptions): BrokerFeed {
  const entries = new Map<string, Entry>();
  let state: RegistryMessage["broker"] = {
    address: broker ?? "",
    up: false,
    reason: broker === undefined
      ? "no broker is asked"
      : "the broker has not answered yet",
  };
  let watchers: RegistryWatcher[] = [];
  let lookers = 0;
  /** Resolves once there is a reason to ask who follows at once. */
  let looking = Promise.withResolvers<void>();
  /** The message after which something has changed that nobody was told. */
  let missedAfter: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let nextMs = 0;
  let isOver = false;

  const message = (): RegistryMessage => ({
    kind: "snapshot",
    broker: state,
    entries: firstOf(entries).map((entry) => entryOf(entry, ownerOf)),
    total: entries.size,
    watchers,
  });
  const tell = () => {
    timer = undefined;
    if (lookers === 0) {
      missedAfter = ring.last;
      return;
    }
    const startedMs = performance.now();
    ring.publish("registry", message());
    const tookMs = performance.now() - startedMs;
    nextMs = startedMs + Math.max(everyMs, tookMs / SHARE);
  };
  const changed = () => {
    if (isOver) return;
    timer ??= setTimeout(tell, Math.max(0, nextMs - performance.now()));
  };

  const take = (event: WatchEvent) => {
    switch (event.kind) {
      case "away":
        state = { ...state, up: false, reason: event.fault.message };
        break;
      case "snapshot": {
        entries.clear();
        for (const entry of event.entries) entries.set(keyOf(entry), entry);
        const { reason: _, ...rest } = state;
        state = { ...rest, up: true, epoch: event.epoch };
        looking.resolve();
        break;
      }
      case "put":
        entries.set(keyOf(event.entry), event.entry);
        break;
      case "removed":
        entries.delete(keyOf(event.entry));
        break;
    }
    changed();
  };
  const look = async (ask: () => Promise<Watcher[] | undefined>) => {
    try {
      const next = (await ask() ?? []).slice(0, MAX_WATCHERS)
        .map(({ service, name, address, sinceMs }) => ({
          service,
          name,
          address,
          sinceMs,
        }));
      if (JSON.stringify(next) === JSON.stringify(watchers)) return;
      watchers = next;
      changed();
    } catch (error) {
      // It is away, which the other stream tells.
      if (!(error instanceof Fault)) throw error;
    }
  };
  /** Asks while somebody looks: the broker tells of nobody by itself. */
  const lookAgain = async (address: string, signal: AbortSignal) => {
    const ask = askWatchers(address);
    while (!signal.aborted) {
      looking = Promise.withResolvers();
      if (lookers > 0 && state.up) await look(ask);
      using over = abortOnDispose();
      const ended = AbortSignal.any([signal, over.signal]);
      await Promise.race([pause(lookMs, ended), looking.promise]);
    }
  };

  return {
    registry: {
      snapshot: message,
      watch() {
        if (lookers++ === 0) looking.resolve();
        return { [Symbol.dispose]: () => void lookers-- };
      },
      isWholeSince: (sequence) =>
        missedAfter === undefined || sequence > missedAfter,
    },
    async run(signal) {
      if (broker === undefined) return;
      const following = async () => {
        for await (const event of follow(broker, signal)) take(event);
      };
      try {
        await Promise.all([following(), lookAgain(broker, signal)]);
      } finally {
        isOver = true;
        clearTimeout(timer);
      }
    },
  };
}

function keyOf({ service, instance }: Entry): string {
  return `${service}\n${instance}`;
}

/** The first entries, in order of service and instance. */
function firstOf(entries: ReadonlyMap<string, Entry>): Entry[] {
  return [...entries.keys()].sort().slice(0, MAX_ENTRIES)
    .map((key) => entries.get(key)!);
}

function entryOf(
  { service, instance, address, version, metadata, registeredMs }: Entry,
  ownerOf: BrokerFeedOptions["ownerOf"],
): RegistryEntry {
  const owner = ownerOf(address);
  return {
    service,
    instance,
    address,
    version,
    metadata,
    ...(registeredMs ? { registeredMs } : {}),
    ...(owner === undefined ? {} : { owner }),
  };
}
