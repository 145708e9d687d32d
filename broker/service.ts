/**
 * The broker's gRPC methods, a thin shell over the registry.
 *
 * @module
 */

import { BrokerService } from "../proto/broker/contract.ts";
import type { Change as WireChange } from "../proto/types/broker/v1/Change.ts";
import type { Registered } from "../proto/types/broker/v1/Registered.ts";
import type { Registration__Output } from "../proto/types/broker/v1/Registration.ts";
import type { WatchUpdate } from "../proto/types/broker/v1/WatchUpdate.ts";
import { Fault } from "../runtime/program/errors.ts";
import {
  type Call,
  duplex,
  implement,
  type Implementation,
  serverStream,
  unary,
} from "../runtime/rpc/handlers.ts";
import type { MessageStream } from "../runtime/rpc/message_stream.ts";
import {
  checkEntry,
  checkServiceName,
  describeEntry,
  type Entry,
} from "./entry.ts";
import type { Change, Lease, Registry, Update } from "./registry.ts";

/** Builds `broker.v1.BrokerService` over `registry`. */
export function brokerService(registry: Registry): Implementation {
  return implement(BrokerService, {
    Register: duplex((stream, call) => register(registry, stream, call)),

    Resolve: unary(async ({ service }) => {
      checkServiceName(service, "resolve");
      const listing = await registry.list(service);
      if (listing.entries.length > 0) {
        return { ...listing, entries: [...listing.entries] };
      }
      throw await notFound(registry, service);
    }),

    List: unary(async () => {
      const listing = await registry.list();
      return { ...listing, entries: [...listing.entries] };
    }),

    Watch: serverStream(async function* ({ service }, { signal }) {
      if (service) checkServiceName(service, "watch");
      const updates = registry.watch({ service: service || undefined, signal });
      for await (const update of updates) yield toWire(update);
    }),
  });
}

/**
 * Keeps entries registered for as long as their call lasts. A process that
 * dies ends its call, so no entry outlives the process behind it.
 */
export async function register(
  registry: Registry,
  stream: MessageStream<Registration__Output, Registered>,
  { signal }: Pick<Call, "signal">,
): Promise<void> {
  const leases = new Map<string, { lease: Lease; replaced: AbortController }>();
  let lost: Entry | undefined;
  const leave = () => void stream.incoming.return?.();
  signal.addEventListener("abort", leave, { once: true });
  try {
    for await (const registration of stream.incoming) {
      const entry = checkEntry(registration.entry);
      const key = `${entry.service}\n${entry.instance}`;
      // Our own newer entry takes the place of the older one: not a loss.
      leases.get(key)?.replaced.abort();
      const lease = await registry.add(entry);
      const replaced = new AbortController();
      leases.set(key, { lease, replaced });
      lease.lost.addEventListener("abort", () => {
        lost = entry;
        leave();
      }, { signal: replaced.signal });
      const { epoch, revision } = lease;
      stream.send({ epoch, revision, instance: entry.instance });
    }
  } finally {
    for (const { lease } of leases.values()) await lease[Symbol.asyncDispose]();
  }
  if (lost) {
    throw new Fault(
      "aborted",
      `Cannot keep service ${
        describeEntry(lost)
      } registered: the same instance has been registered anew`,
    );
  }
  if (signal.aborted) {
    throw new Fault(
      "unavailable",
      "Cannot keep services registered: the broker is stopping",
    );
  }
}

async function notFound(registry: Registry, service: string): Promise<Fault> {
  const { entries } = await registry.list();
  const known = [...new Set(entries.map((entry) => entry.service))];
  return new Fault(
    "not_found",
    `Cannot resolve service "${service}": registered services are ${
      known.join(", ") || "none"
    }`,
  );
}

function toWire(update: Update): WatchUpdate {
  const { epoch, revision } = update;
  switch (update.kind) {
    case "snapshot":
      return { epoch, revision, snapshot: { entries: [...update.entries] } };
    case "changes":
      return {
        epoch,
        revision,
        changes: { changes: update.changes.map(changeToWire) },
      };
  }
}

function changeToWire({ kind, revision, entry }: Change): WireChange {
  return kind === "put"
    ? { revision, put: entry }
    : { revision, removed: entry };
}
