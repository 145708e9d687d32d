import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import {
  host,
  namesOf,
  requireOwnFiles,
} from "../../../tasks/certificates/names.ts";

Deno.test("namesOf() names the service by a URI, and each host once", () => {
  const names = namesOf("a_b", ["10.0.0.5", "FE80::1", "A.example", "::1"]);

  assertEquals(names.map(({ type, value }) => `${type} ${value}`), [
    "url spiffe://denizen/a_b",
    "dns localhost",
    "ip 127.0.0.1",
    "ip ::1",
    "ip 10.0.0.5",
    "ip fe80::1",
    "dns a.example",
  ]);
  // Compose and Kubernetes call a service by its name, if DNS can.
  assert(namesOf("broker", []).some(({ value }) => value === "broker"));
});

Deno.test("host() takes names and IPs, and says what is wrong with others", () => {
  const { read } = host("");
  for (
    const [text, expected] of [
      ["10.0.0.5", "10.0.0.5"],
      ["[::1]", "::1"],
      ["calc.example", "calc.example"],
      ["*.svc.cluster.local", "*.svc.cluster.local"],
      ["0.0.0.0", "nobody is called there"],
      ["[::]", "nobody is called there"],
      ["0::0", "nobody is called there"],
      ["calc:5555", "without a port"],
      ["10.0.0", "a host name or an IP"],
      ["10.0.0.256", "a host name or an IP"],
      ["a/b", "a host name or an IP"],
      ["-a", "a host name or an IP"],
      ["a..b", "a host name or an IP"],
      ["a".repeat(254), "a host name or an IP"],
    ] as const
  ) {
    let found = "";
    try {
      found = read(text);
    } catch (error) {
      assert(error instanceof UsageError);
      found = error.message;
    }
    assert(found.includes(expected), `${text}: ${found}`);
  }
});

Deno.test("requireOwnFiles() refuses what is no file's name, or another's", () => {
  for (
    const [services, expected] of [
      [["a/b"], '"a/b"'],
      [[".."], '".."'],
      [["a b"], '"a b"'],
      [[""], '""'],
      [["-a"], '"-a"'],
      [["a.b"], '"a.b"'],
      [["1a"], '"1a"'],
      [["a".repeat(64)], "at most 63"],
      [["ca"], "one of the CA"],
      [["ca-key"], "one of the CA"],
      [["x", "x-key"], 'one of "x"'],
    ] as const
  ) {
    assertThrows(() => requireOwnFiles(services), UsageError, expected);
  }
  requireOwnFiles(["a", "b-key", "A_1-x", "a".repeat(63)]);
});
