/**
 * Where the instances of services are, for everybody in this process: one
 * watch of the broker tells all who want to know the same.
 *
 * A lookup asks nothing of a service that is followed already; resolver.ts is
 * the one who looks up.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { pause } from "../runtime/program/abort.ts";
import { Fault } from "../runtime/program/errors.ts";
import { logDefect } from "../runtime/program/log.ts";
import { createKnownAddresses } from "./known_addresses.ts";
import { watchServices } from "./watch_services.ts";

/** What is known of a service's addresses. */
export type AddressNews =
  /** All of them; the last known ones while the broker is away. */
  | { kind: "addresses"; addresses: readonly string[] }
  /** Nothing yet: the broker is away and has never answered. */
  | { kind: "away"; fault: Fault }
  /** Nothing, and no more news: another try would not help. */
  | { kind: "over"; message: string };

/** Which service is followed, and where. */
export interface FollowedService {
  /** The broker's address, or those of several with commas. */
  broker: string;
  /** Full name of the service. */
  service: string;
}

type Listener = (news: AddressNews) => void;

interface Following {
  readonly listeners: Set<Listener>;
  readonly ending: AbortController;
  last: AddressNews | undefined;
}

/**
 * How long services may take to register with a broker that has restarted, in
 * milliseconds: more than their longest backoff and connecting anew.
 */
const SETTLE_MS = 5_000;

const followings = new Map<string, Following>();

/**
 * Follows the addresses of a service until the result is disposed of.
 *
 * @param listener Told what is known as soon as there is anything, but not
 * before this returns, and from then on whatever is new.
 */
export function followAddresses(
  followed: FollowedService,
  listener: Listener,
): Disposable {
  const key = `${followed.broker}\n${followed.service}`;
  const following = followings.get(key) ?? begin(key, followed);
  const { listeners, ending } = following;
  listeners.add(listener);
  if (following.last) {
    setImmediate(() => {
      if (following.last && listeners.has(listener)) listener(following.last);
    });
  }
  return {
    [Symbol.dispose]() {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      ending.abort();
      forget(key, following);
    },
  };
}

function begin(key: string, followed: FollowedService): Following {
  const following: Following = {
    listeners: new Set(),
    ending: new AbortController(),
    last: undefined,
  };
  followings.set(key, following);
  const { signal } = following.ending;
  const tell = (news: AddressNews) => {
    following.last = news;
    for (const listener of following.listeners) listener(news);
  };
  watch(followed, signal, tell).catch((error) => {
    if (signal.aborted) return;
    // A fault here is final: the name cannot be that of a service.
    if (!(error instanceof Fault)) logDefect("watching the broker", error);
    forget(key, following);
    tell({ kind: "over", message: String(error.message) });
  });
  return following;
}

/** Forgets one only: another may have taken its place. */
function forget(key: string, following: Following): void {
  if (followings.get(key) === following) followings.delete(key);
}

async function watch(
  { broker, service }: FollowedService,
  signal: AbortSignal,
  listener: Listener,
): Promise<void> {
  const known = createKnownAddresses();
  let told: string | undefined;
  const tell = () => {
    const addresses = known.list();
    if (told === addresses.join()) return;
    told = addresses.join();
    listener({ kind: "addresses", addresses });
  };
  let settling = new AbortController();
  const settleLater = () => {
    settling.abort();
    settling = new AbortController();
    const over = AbortSignal.any([signal, settling.signal]);
    void pause(SETTLE_MS, over).then(() => {
      if (over.aborted) return;
      known.settle();
      tell();
    });
  };
  for await (const event of watchServices({ broker, service, signal })) {
    if (event.kind === "away") {
      if (told === undefined) listener(event);
      continue;
    }
    known.apply(event);
    tell();
    if (event.kind === "snapshot" && known.unsettled) settleLater();
  }
}
