import { assertEquals } from "@std/assert";
import { groupsOf } from "../../../../dashboard/page/registry/groups.ts";
import type { RegistryEntry } from "../../../../dashboard/wire.ts";

const ENTRIES = [
  entry("web", "w10"),
  entry("web", "w9", { zone: "b" }),
  entry("calc", "c1"),
];

Deno.test("groupsOf() groups by service, each by name", () => {
  assertEquals(shown(""), [["calc", ["c1"]], ["web", ["w9", "w10"]]]);
});

Deno.test("groupsOf() finds what is registered with an entry", () => {
  assertEquals(shown("zone=b"), [["web", ["w9"]]]);
  assertEquals(shown("nothing"), []);
});

function shown(filter: string) {
  return groupsOf(ENTRIES, filter).map(({ service, entries }) => [
    service,
    entries.map(({ instance }) => instance),
  ]);
}

function entry(
  service: string,
  instance: string,
  metadata: Record<string, string> = {},
): RegistryEntry {
  return { service, instance, address: "127.0.0.1:1", version: "", metadata };
}
