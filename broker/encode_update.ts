/**
 * Makes the bytes of what a watcher reads; those of a change only once,
 * however many watch it.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import { BrokerService } from "../proto/broker/contract.ts";
import type { Change as WireChange } from "../proto/types/broker/v1/Change.ts";
import type { WatchUpdate } from "../proto/types/broker/v1/WatchUpdate.ts";
import type { Change, Update } from "./registry.ts";

/** Changes that were told together, and their bytes. */
interface Encoded {
  changes: readonly Change[];
  bytes: Buffer;
}

/**
 * Creates the encoder of one registry's updates.
 *
 * Watchers that keep up are told the same changes together, so they get the
 * same bytes, which nobody may write to. The bytes are kept for as long as the
 * registry holds the first of their changes for anybody.
 */
export function createUpdateEncoder(): (update: Update) => Buffer {
  const lastOf = new WeakMap<Change, Encoded>();
  return (update) => {
    if (update.kind === "snapshot") return encode(update);
    const { changes } = update;
    const first = changes[0]!;
    const last = lastOf.get(first);
    if (last && areSame(last.changes, changes)) return last.bytes;
    const bytes = encode(update);
    lastOf.set(first, { changes, bytes });
    return bytes;
  };
}

function areSame(some: readonly Change[], others: readonly Change[]): boolean {
  return some.length === others.length &&
    some.every((change, place) => change === others[place]);
}

function encode(update: Update): Buffer {
  return BrokerService.Watch.responseSerialize(toWire(update));
}

function toWire(update: Update): WatchUpdate {
  const { epoch, revision } = update;
  switch (update.kind) {
    case "snapshot": {
      const { entries, more } = update;
      return { epoch, revision, snapshot: { entries: [...entries], more } };
    }
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
