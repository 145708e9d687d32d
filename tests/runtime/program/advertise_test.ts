import { assertEquals, assertThrows } from "@std/assert";
import {
  advertised,
  advertisedAddress,
} from "../../../runtime/program/advertise.ts";
import { UsageError } from "../../../runtime/program/errors.ts";

Deno.test("advertisedAddress() adds the port where a service listens, and refuses what nobody can call", () => {
  const form = "expected a host, or host:port with a port up to 65535";
  const dial = "it must be one that callers can dial";
  const host = "it must have the name or the IP address of a host";
  for (
    const [text, expected] of [
      ["10.0.0.5", "10.0.0.5:5555"],
      ["10.0.0.5:443", "10.0.0.5:443"],
      ["calc.example", "calc.example:5555"],
      ["::1", "[::1]:5555"],
      ["[::1]", "[::1]:5555"],
      ["[::1]:1", "[::1]:1"],
      ["0.0.0.0", dial],
      ["0.0.0.0:5", dial],
      ["::", dial],
      ["[0::0]:5", dial],
      ["10.0.0", host],
      ["a..b", host],
      ["a b", form],
      ["", form],
      ["a:", form],
      ["a:70000", form],
      ["a:0", "it must have a port from 1 to 65535"],
      ["unix:/run/a.sock", form],
      ["http://a:1", form],
    ] as const
  ) {
    const found = Object.values(advertisedAddress(text, 5_555));
    assertEquals(found, [expected], text);
  }
  assertEquals(advertisedAddress("a", undefined), {
    problem: "it needs a port, as in host:5555",
  });
});

Deno.test("advertised() refuses a wildcard, and keeps what it takes", () => {
  const { read } = advertised("");

  assertEquals(read("10.0.0.5"), "10.0.0.5");
  assertThrows(() => read("0.0.0.0"), UsageError, "that callers can dial");
});
