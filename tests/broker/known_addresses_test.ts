import { assertEquals } from "@std/assert";
import type { Entry } from "../../broker/entry.ts";
import { createKnownAddresses } from "../../broker/known_addresses.ts";

function entry(instance: string, address: string): Entry {
  return { service: "s", instance, address, version: "", metadata: {} };
}

function snapshot(epoch: string, ...entries: Entry[]) {
  return { kind: "snapshot", epoch, revision: 1, entries } as const;
}

function put(entry: Entry) {
  return { kind: "put", revision: 2, entry } as const;
}

function removed(entry: Entry) {
  return { kind: "removed", revision: 3, entry } as const;
}

const A = entry("a", "127.0.0.1:1");
const B = entry("b", "127.0.0.1:2");

Deno.test("known addresses follow the changes after a snapshot", () => {
  const known = createKnownAddresses();

  known.apply(snapshot("first", A));
  known.apply(put(B));
  known.apply(removed(A));

  assertEquals(known.list(), [B.address]);
});

Deno.test("known addresses name each address once", () => {
  const known = createKnownAddresses();

  known.apply(snapshot("first", A, entry("b", A.address)));

  assertEquals(known.list(), [A.address]);
});

Deno.test("a snapshot of the same broker replaces everything", () => {
  const known = createKnownAddresses();

  known.apply(snapshot("first", A));
  known.apply(snapshot("first", B));

  assertEquals(known.list(), [B.address]);
  assertEquals(known.unsettled, false);
});

Deno.test("a broker that has restarted does not make addresses forgotten at once", () => {
  const known = createKnownAddresses();

  known.apply(snapshot("first", A, B));
  known.apply(snapshot("second"));

  assertEquals(known.list(), [A.address, B.address]);
  assertEquals(known.unsettled, true);
});

Deno.test("settle() forgets whoever has not registered again", () => {
  const known = createKnownAddresses();

  known.apply(snapshot("first", A, B));
  known.apply(snapshot("second"));
  known.apply(put(B));
  known.settle();

  assertEquals(known.list(), [B.address]);
});

Deno.test("an instance that comes back elsewhere has its new address only", () => {
  const known = createKnownAddresses();

  known.apply(snapshot("first", A));
  known.apply(snapshot("second"));
  known.apply(put(entry("a", "127.0.0.1:9")));

  assertEquals(known.list(), ["127.0.0.1:9"]);
  assertEquals(known.unsettled, false);
});

Deno.test("an instance that registers again and leaves is gone", () => {
  const known = createKnownAddresses();

  known.apply(snapshot("first", A));
  known.apply(snapshot("second"));
  known.apply(put(A));
  known.apply(removed(A));

  assertEquals(known.list(), []);
});

Deno.test("two restarts in a row keep what only the first broker has told", () => {
  const known = createKnownAddresses();

  known.apply(snapshot("first", A));
  known.apply(snapshot("second", B));
  known.apply(snapshot("third"));

  assertEquals(known.list(), [A.address, B.address]);
});
