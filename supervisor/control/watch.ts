/**
 * What somebody who watches a supervisor is told: what services write and what
 * happens to them, in that order, and how they are.
 *
 * Whoever is slow misses lines and holds nobody up: what waits for a reader has a
 * bound. service.ts sends it to other processes.
 *
 * @module
 */

import { abortOnDispose, pause } from "../../runtime/program/abort.ts";
import { createNotifier } from "../../runtime/program/notifier.ts";
import { requireServices, serviceOf } from "../config/config.ts";
import { SUPERVISOR } from "../logs/output_listeners.ts";
import type { SupervisorEvent } from "../events/event.ts";
import type { Supervisor } from "../supervisor.ts";
import type { WatchItem, WatchOptions, WatchUpdate } from "./commands.ts";
import { createWatchQueue } from "./watch_queue.ts";

/** What watching needs of a supervisor. */
export type Watched = Pick<
  Supervisor,
  "config" | "events" | "onOutput" | "recentOutput" | "snapshot"
>;

/** How much waits for one reader, in characters; a line may have a million. */
const MAX_WAITING = 2 ** 21;
/** How much goes out at once, in characters. */
const MAX_AT_ONCE = 2 ** 18;
/** What comes within this time goes out together, in milliseconds. */
const TOGETHER_MS = 50;
/** What is too much for one time goes out after this, in milliseconds. */
const BETWEEN_MS = 10;
/** How often it is said how the services are, though nothing happens. */
const LOOK_MS = 2_000;

/**
 * Yields what is known, then what comes, until `signal` aborts.
 *
 * @param names Services or replicas; empty: all. The supervisor's own words come
 * in any case.
 * @throws {UsageError} For a name that is not in the config.
 */
export async function* watchSupervisor(
  supervisor: Watched,
  names: readonly string[],
  signal: AbortSignal,
  { newOnly = false }: WatchOptions = {},
): AsyncGenerator<WatchUpdate> {
  requireServices(supervisor.config, names);
  const isWanted = (name: string) =>
    names.length === 0 || name === SUPERVISOR || names.includes(name) ||
    names.includes(serviceOf(supervisor.config, name) ?? name);
  const queue = createWatchQueue(MAX_WAITING);
  const changed = createNotifier();
  let isStale = true;

  using over = abortOnDispose();
  using _listening = supervisor.onOutput((chunk) => {
    if (!isWanted(chunk.name)) return;
    queue.addOutput(chunk);
    changed.notify();
  });
  const known = supervisor.events.known();
  const earlier = newOnly ? [] : byTime([
    ...supervisor.recentOutput().map((chunk): WatchItem => ({
      type: "output",
      chunk,
      lostLines: 0,
    })),
    ...known.map((event): WatchItem => ({ type: "event", event })),
  ]).filter((item) => isWanted(whoseIs(item)));
  let seen = known.at(-1)?.sequence ?? 0;
  const add = (event: SupervisorEvent) => {
    seen = event.sequence;
    isStale = true;
    if (isWanted(whoseIs({ type: "event", event }))) queue.addEvent(event);
    changed.notify();
  };
  const follow = async () => {
    const stop = AbortSignal.any([over.signal, signal]);
    for await (const event of supervisor.events.follow(seen, stop)) {
      // The log of events keeps what has no room here.
      while (!queue.hasRoom && !stop.aborted) await pause(TOGETHER_MS, stop);
      add(event);
    }
  };
  const following = follow();
  try {
    const look = () => {
      isStale = false;
      return supervisor.snapshot().filter(({ name }) => isWanted(name));
    };
    yield { items: [], services: look() };
    for (const items of inParts(earlier)) yield { items };
    for (;;) {
      const next = changed.next();
      const items = queue.take(MAX_AT_ONCE);
      const services = isStale ? { services: look() } : {};
      if (items.length > 0 || "services" in services) {
        yield { items, ...services };
        const restMs = queue.isEmpty ? TOGETHER_MS : BETWEEN_MS;
        if (!signal.aborted) await pause(restMs, signal);
        continue;
      }
      if (signal.aborted) {
        await following;
        // The last of all may have come with the end.
        const rest = supervisor.events.known(seen);
        if (rest.length === 0) return;
        for (const event of rest) add(event);
        continue;
      }
      using waiting = abortOnDispose();
      const stop = AbortSignal.any([waiting.signal, signal]);
      const isQuiet = pause(LOOK_MS, stop).then(() => true);
      isStale ||= await Promise.race([next.then(() => false), isQuiet]);
    }
  } finally {
    over[Symbol.dispose]();
    await following;
  }
}

/** Events of no service are the supervisor's own. */
function whoseIs(item: WatchItem): string {
  if (item.type === "output") return item.chunk.name;
  return "service" in item.event
    ? item.event.service ?? SUPERVISOR
    : SUPERVISOR;
}

function byTime(items: readonly WatchItem[]): WatchItem[] {
  return items.toSorted((one, other) => timeOf(one) - timeOf(other));
}

function timeOf(item: WatchItem): number {
  return item.type === "output" ? item.chunk.timeMs : item.event.timeMs;
}

/** Cuts a list where one message would be too large. */
function* inParts(items: readonly WatchItem[]): Generator<WatchItem[]> {
  const queue = createWatchQueue(Infinity);
  for (const item of items) {
    if (item.type === "output") queue.addOutput(item.chunk);
    else queue.addEvent(item.event);
  }
  while (!queue.isEmpty) yield queue.take(MAX_AT_ONCE);
}
