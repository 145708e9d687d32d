import { assertEquals, assertThrows } from "@std/assert";
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import { loadContract } from "../../proto/contract.ts";

const KEYS: Record<string, string[]> = {
  int32: ["0", "1", "-5", "2147483647", "-2147483648"],
  sint32: ["0", "1", "-5", "-2147483648"],
  sfixed32: ["0", "1", "-5", "-2147483648"],
  uint32: ["0", "1", "4294967295"],
  fixed32: ["0", "1", "4294967295"],
  int64: ["0", "1", "-5", "9007199254740993", "-9223372036854775808"],
  sint64: ["0", "1", "-5", "9223372036854775807", "-9223372036854775808"],
  sfixed64: ["0", "1", "-5", "9223372036854775807"],
  uint64: ["0", "1", "4294967296", "18446744073709551615"],
  fixed64: ["0", "1", "9007199254740993", "18446744073709551615"],
  bool: ["true", "false"],
  string: ["", "a", "__proto__x", "\x01\0\0\0\0\0\0\0"],
};

const contract = loadContract(`
  syntax = "proto3"; package a;
  message Deep { Maps maps = 1; repeated Maps many = 2; map<uint64, Maps> by_id = 3; }
  message Maps {
    ${
  Object.keys(KEYS).map((type, at) =>
    `map<${type}, string> of_${type} = ${at + 1};`
  ).join("\n")
}
    message Inner { map<int64, Inner> inner = 1; }
    Inner inner = 100;
  }`);

function message(name: string) {
  return contract[name] as MessageTypeDefinition<object, object>;
}

function sentAndRead(name: string, value: object): Record<string, unknown> {
  const { serialize, deserialize } = message(name);
  return deserialize(serialize(value)) as Record<string, unknown>;
}

function fieldFor(type: string): string {
  return `of${type[0]!.toUpperCase()}${type.slice(1)}`;
}

for (const [type, keys] of Object.entries(KEYS)) {
  Deno.test(`keys of map<${type}, …> arrive as they were sent, once and again`, () => {
    const sent = Object.fromEntries(keys.map((key) => [key, `<${key}>`]));

    const once = sentAndRead("a.Maps", { [fieldFor(type)]: sent });
    const again = sentAndRead("a.Maps", once);

    assertEquals(once[fieldFor(type)], sent);
    assertEquals(again, once);
  });
}

Deno.test("keys of maps are right within messages, lists and maps", () => {
  const maps = { ofInt64: { 7: "a" }, inner: { inner: { 8: { inner: {} } } } };

  const back = sentAndRead("a.Deep", {
    maps,
    many: [maps, maps],
    byId: { 9: maps },
  });

  const { ofInt64, inner } = back["maps"] as typeof maps;
  assertEquals({ ofInt64, inner }, maps);
  assertEquals(back["many"], [back["maps"], back["maps"]]);
  assertEquals(back["byId"], { 9: back["maps"] });
});

for (
  const [type, key, expected] of [
    ["int32", "a", "an integer"],
    ["uint64", "1.5", "an integer"],
    ["bool", "yes", "true or false"],
  ] as const
) {
  Deno.test(`a key "${key}" in map<${type}, …> is refused`, () => {
    assertThrows(
      () => message("a.Maps").serialize({ [fieldFor(type)]: { [key]: "" } }),
      TypeError,
      `its keys are ${type}, expected ${expected} and found "${key}"`,
    );
  });
}
