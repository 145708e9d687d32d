/**
 * A map in order of its keys, which can be copied in no time.
 *
 * @module
 */

import tree from "sorted-btree";

/** Values in order of their keys. */
export interface SortedMap<Value> {
  readonly size: number;
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  /** Those whose key is this or comes after it. */
  from(key: string): Iterable<[key: string, value: Value]>;
  /** A copy, which shares with this one all that neither changes later. */
  clone(): SortedMap<Value>;
}

/** Creates an empty map. */
export function createSortedMap<Value>(): SortedMap<Value> {
  return wrap(new tree.default<string, Value>());
}

function wrap<Value>(
  entries: InstanceType<typeof tree.default<string, Value>>,
): SortedMap<Value> {
  return {
    get size() {
      return entries.size;
    },
    get: (key) => entries.get(key),
    set: (key, value) => void entries.set(key, value),
    delete: (key) => void entries.delete(key),
    from: (key) => entries.entries(key),
    clone: () => wrap(entries.clone()),
  };
}
