/**
 * Follows what is registered with the broker, over its restarts.
 *
 * @module
 */

import { BrokerService } from "../proto/broker/contract.ts";
import type { Change__Output } from "../proto/types/broker/v1/Change.ts";
import type { WatchUpdate__Output } from "../proto/types/broker/v1/WatchUpdate.ts";
import type { Fault } from "../runtime/program/errors.ts";
import { ownCaller } from "./caller.ts";
import type { Change, Listing } from "./registry.ts";
import { connectBroker } from "./broker_list.ts";
import { reopen } from "./reopen.ts";
import { wholeSnapshots } from "./whole_snapshots.ts";

/** What a watch tells. */
export type WatchEvent =
  /** Everything there is; takes the place of all that was told before. */
  | ({ kind: "snapshot" } & Listing)
  | Change
  /** The broker is away; what was told before is the last that is known. */
  | { kind: "away"; fault: Fault };

/** Options for {@linkcode watchServices}. */
export interface WatchServicesOptions {
  /** The broker's address, or those of several with commas. */
  broker: string;
  /** The only service to follow. @default {all} */
  service?: string;
  /** Ends the watch when it aborts. */
  signal: AbortSignal;
}

/**
 * Follows the registered entries for as long as `signal` allows.
 *
 * Begins with a snapshot, then come changes. After a break of any kind comes
 * `away`, and a snapshot once the broker is back. An epoch other than the last
 * one's says that the broker has restarted: services that run may be missing
 * from its first snapshot, since they register again one after the other.
 *
 * @example
 * ```ts
 * import { watchServices } from "denizen/broker";
 *
 * const { signal } = new AbortController();
 * for await (
 *   const event of watchServices({ broker: "127.0.0.1:50051", signal })
 * ) {
 *   if (event.kind === "snapshot") break; // else put, removed, away
 * }
 * ```
 *
 * @throws {Fault} `invalid` if the name cannot be one of a service.
 */
export async function* watchServices(
  { broker, service = "", signal }: WatchServicesOptions,
): AsyncGenerator<WatchEvent> {
  const connection = connectBroker(broker);
  const metadata = ownCaller();
  const updates = reopen(
    ({ waitForReady, patience }) =>
      wholeSnapshots(
        connection.serverStream(BrokerService.Watch, { service }, {
          signal: AbortSignal.any([signal, patience]),
          waitForReady,
          metadata,
        }),
      ),
    signal,
  );
  for await (const event of updates) {
    if (event.kind === "away") yield event;
    else yield* eventsOf(event.message);
  }
}

function* eventsOf(update: WatchUpdate__Output): Generator<WatchEvent> {
  const { epoch, revision, snapshot, changes } = update;
  if (snapshot) {
    yield { kind: "snapshot", epoch, revision, entries: snapshot.entries };
  }
  for (const change of changes?.changes ?? []) yield* changesOf(change);
}

function* changesOf(change: Change__Output): Generator<Change> {
  const { revision, put, removed } = change;
  if (put) yield { kind: "put", revision, entry: put };
  if (removed) yield { kind: "removed", revision, entry: removed };
}
