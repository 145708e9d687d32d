import { assertEquals, assertThrows } from "@std/assert";
import { byName, checkEntry, type Entry } from "../../broker/entry.ts";
import { Fault } from "../../runtime/program/errors.ts";

const ENTRY: Entry = {
  service: "calculator.v1.CalculatorService",
  instance: "127.0.0.1:5555",
  address: "127.0.0.1:5555",
  version: "1.0.0",
  metadata: { language: "typescript" },
};

const REFUSED: [what: string, entry: Partial<Entry>, message: RegExp][] = [
  ["an empty service", { service: "" }, /Cannot register service ""/],
  ["a service with a space", { service: "a b" }, /service "a b": a name must/],
  ["a service that begins with a digit", { service: "1a" }, /a name must be/],
  ["a service with a slash", { service: "a/b" }, /a name must be/],
  ["a long service", { service: "a".repeat(256) }, /a name must be/],
  ["an empty instance", { instance: "" }, /instance must be .* is ""/],
  ["an instance with a space", { instance: "a b" }, /instance must be/],
  ["an instance with a line end", { instance: "a\n" }, /value is "a\\n"/],
  ["a long instance", { instance: "i".repeat(256) }, /instance must be/],
  ["no address", { address: "" }, /address must be host:port.* is ""/],
  ["an address without a port", { address: "localhost" }, /must be host:port/],
  ["port 0", { address: "127.0.0.1:0" }, /must have a port from 1 to 65535/],
  ["port 70000", { address: "127.0.0.1:70000" }, /must be host:port/],
  ["every IPv4 address", { address: "0.0.0.0:1" }, /that callers can dial/],
  ["every IPv6 address", { address: "[::]:1" }, /that callers can dial/],
  ["a version with a line end", { version: "1\n2" }, /version must be at most/],
  ["a long version", { version: "1".repeat(65) }, /version must be at most/],
  ["an empty metadata key", { metadata: { "": "" } }, /a metadata key must/],
  ["a metadata key with a space", { metadata: { "a b": "" } }, /is "a b"/],
  ["a long metadata value", {
    metadata: { note: "x".repeat(1_025) },
  }, /metadata "note" must have at most 1024 characters: it has 1025/],
  ["much metadata", {
    metadata: Object.fromEntries(
      Array.from({ length: 65 }, (_, place) => [`key${place}`, ""]),
    ),
  }, /at most 64 pairs: there are 65/],
];

for (const [what, wrong, message] of REFUSED) {
  Deno.test(`checkEntry() refuses ${what}`, () => {
    const fault = assertThrows(
      () => checkEntry({ ...ENTRY, ...wrong }),
      Fault,
    );

    assertEquals(fault.code, "invalid");
    assertEquals(message.test(fault.message), true, fault.message);
  });
}

Deno.test("checkEntry() refuses a registration without an entry", () => {
  const fault = assertThrows(() => checkEntry(null), Fault);

  assertEquals(fault.code, "invalid");
});

for (
  const [what, entry] of [
    ["a host name", { address: "localhost:5555" }],
    ["an IPv6 address", { address: "[::1]:5555" }],
    ["a unix socket", { address: "unix:/tmp/calculator.sock" }],
    ["no version and no metadata", { version: "", metadata: {} }],
  ] as [string, Partial<Entry>][]
) {
  Deno.test(`checkEntry() takes ${what}`, () => {
    const checked = checkEntry({ ...ENTRY, ...entry });

    assertEquals(checked, { ...ENTRY, ...entry });
  });
}

Deno.test("byName() orders by service, then by instance", () => {
  const named = (service: string, instance: string) => ({
    ...ENTRY,
    service,
    instance,
  });

  const sorted = [named("b", "1"), named("a", "2"), named("a", "1")]
    .sort(byName);

  assertEquals(sorted, [named("a", "1"), named("a", "2"), named("b", "1")]);
});
