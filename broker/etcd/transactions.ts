/**
 * What is written to etcd: each key only as long as it is what it is taken for.
 *
 * @module
 */

import type { Compare } from "../../proto/types/etcdserverpb/Compare.ts";
import type { RequestOp } from "../../proto/types/etcdserverpb/RequestOp.ts";
import type { KeyValue, Member } from "./member.ts";

/** What has come of a transaction. */
export interface Outcome {
  /** False where the key was not what it was taken for. */
  done: boolean;
  /** Where it is done, the change that it is. */
  revision: number;
  /** Where it is not, what the key is; undefined if there is none. */
  found: KeyValue | undefined;
}

/** What a key is taken for. */
export interface Expected {
  /** The change that put its value; 0 for no such key. */
  modRevision?: number;
  /** The lease that it stands on. */
  lease?: number;
}

/** Puts a key that stands on a lease. */
export function put(
  member: Member,
  expected: Expected,
  stored: { key: Uint8Array; value: Uint8Array; lease: number },
): Promise<Outcome> {
  return change(member, stored.key, expected, { requestPut: stored });
}

/** Removes a key. */
export function remove(
  member: Member,
  expected: Expected,
  key: Uint8Array,
): Promise<Outcome> {
  return change(member, key, expected, { requestDeleteRange: { key } });
}

async function change(
  member: Member,
  key: Uint8Array,
  { modRevision, lease }: Expected,
  request: RequestOp,
): Promise<Outcome> {
  const compare: Compare[] = [];
  if (modRevision !== undefined) {
    compare.push({ result: "EQUAL", target: "MOD", key, modRevision });
  }
  if (lease !== undefined) {
    compare.push({ result: "EQUAL", target: "LEASE", key, lease });
  }
  const { succeeded, header, responses } = await member.txn({
    compare,
    success: [request],
    failure: [{ requestRange: { key } }],
  });
  return {
    done: succeeded,
    revision: header?.revision ?? 0,
    found: succeeded ? undefined : responses[0]?.responseRange?.kvs[0],
  };
}
