import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { readEtcdAddress } from "../../../broker/etcd/address.ts";
import { UsageError } from "../../../runtime/program/errors.ts";

Deno.test("readEtcdAddress() reads one member or several, and a prefix", () => {
  const read = [
    "etcd://127.0.0.1:2379",
    "etcd://a:2379,b.internal:2380,[::1]:2379/prod/services",
    "etcd://a:2379/",
    "etcd://a:1/x/",
  ].map((text) => {
    try {
      return readEtcdAddress(text);
    } catch (error) {
      return String(error);
    }
  });

  assertEquals(read.slice(0, 2), [
    { members: ["127.0.0.1:2379"], prefix: "services" },
    {
      members: ["a:2379", "b.internal:2380", "[::1]:2379"],
      prefix: "prod/services",
    },
  ]);
  assertEquals(read[2], { members: ["a:2379"], prefix: "services" });
  assertEquals(read[3], { members: ["a:1"], prefix: "x" });
});

for (
  const [text, why] of [
    ["etcds://a:2379", /TLS to etcd is not supported; take etcd:\/\//],
    ["http://a:2379", /^expected etcd:\/\/.*; did you mean etcd:\/\/a:2379\?$/],
    ["etcd:a:2379", /^expected memory or etcd:\/\//],
    ["memroy", /^expected memory or etcd:.*; did you mean "memory"\?$/],
    ["Memory", /^expected memory or etcd:.*; did you mean "memory"\?$/],
    ["etcd://", /^"" is not host:port/],
    ["etcd://a", /^"a" is not host:port with a port from 1 to 65535/],
    ["etcd://a:0", /^"a:0" is not/],
    ["etcd://a:70000", /^"a:70000" is not/],
    ["etcd://a:2379,", /^"" is not host:port/],
    ["etcd://unix:/tmp/x", /^"unix:" is not host:port/],
    ["etcd://a:1,b:2,a:1", /^a:1 is named twice$/],
    ["etcd://me:secret@a:2379", /a user and a password for etcd are not/],
    ["etcd://a:1/x//y", /^the prefix must be .*: current value is "x\/\/y"$/],
    ["etcd://a:1/a b", /^the prefix must be/],
    ["etcd://a:1/1/2/3/4/5/6/7/8/9", /^the prefix must be/],
  ] as const
) {
  Deno.test(`readEtcdAddress() says what is wrong with ${text}`, () => {
    const { message } = assertThrows(() => readEtcdAddress(text), UsageError);

    assertMatch(message, why);
  });
}
