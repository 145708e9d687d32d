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
  ["an IPv6 address of zeros", { address: "[0:0::0]:1" }, /callers can dial/],
  ["no IPv4 address", { address: "300.1.1.1:1" }, /name or the IP address/],
  ["no IPv6 address", { address: "[::::]:1" }, /name or the IP address/],
  ["a host that is a dash", { address: "-:1" }, /name or the IP address/],
  ["a host with an empty name", { address: "a..b:1" }, /name or the IP/],
  ["a long host", {
    address: `${"a.".repeat(127)}:1`,
  }, /host of at most 253 bytes: it has 254/],
  ["a host with a control", { address: "h\u001b[2J:1" }, /it has U\+001B:/],
  ["a relative socket", { address: "unix:a.sock" }, /an absolute path after/],
  ["a socket with a line end", { address: "unix:/a\nb" }, /it has U\+000A:/],
  ["a socket with a bidi mark", {
    address: "unix:/\u202ekcos.a",
  }, /it has U\+202E: current value is "unix:\/\\u\{202e\}kcos\.a"$/],
  ["a long socket", {
    address: `unix:/${"ä".repeat(54)}`,
  }, /path of at most 107 bytes: it has 109/],
  ["a version with a line end", { version: "1\n2" }, /version must be at most/],
  ["a long version", { version: "1".repeat(65) }, /version must be at most/],
  ["an empty metadata key", { metadata: { "": "" } }, /a metadata key must/],
  ["a metadata key with a space", { metadata: { "a b": "" } }, /is "a b"/],
  ["a long metadata value", {
    metadata: { note: "x".repeat(1_025) },
  }, /metadata "note" must have at most 1024 bytes: it has 1025/],
  ["a metadata value with many bytes", {
    metadata: { note: "ä".repeat(513) },
  }, /metadata "note" must have at most 1024 bytes: it has 1026/],
  [
    "a metadata value that clears the screen",
    {
      metadata: { note: "\u001b[2J" },
    },
    /metadata "note" must have no character that cannot be seen: it has U\+001B$/,
  ],
  ["a metadata value of C1", { metadata: { note: "\u009b2J" } }, /U\+009B$/],
  ["a metadata value with a line end", { metadata: { n: "a\nb" } }, /U\+000A$/],
  ["a metadata value that turns", { metadata: { n: "\u2067" } }, /U\+2067$/],
  ["a metadata value of nothing", { metadata: { n: "\u200b" } }, /U\+200B$/],
  ["a metadata value of a tag", { metadata: { n: "\u{e0041}" } }, /U\+E0041$/],
  ["an entry that is large as a whole", {
    metadata: Object.fromEntries(
      Array.from(
        { length: 17 },
        (_, place) => [`k${place}`, "x".repeat(1_000)],
      ),
    ),
  }, /the entry must be at most 16384 bytes as it is encoded: it is 17\d{3}$/],
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
    ["a host of a network", { address: "db-1.internal.example.:5555" }],
    ["the largest metadata value", { metadata: { note: "ä".repeat(512) } }],
    ["a value in any script", { metadata: { note: "größer 大きい שלום 🦕" } }],
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
