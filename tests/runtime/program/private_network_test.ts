import { assertEquals } from "@std/assert";
import { isPrivate } from "../../../runtime/program/private_network.ts";

const PRIVATE = [
  "10.0.0.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "100.64.0.1",
  "::ffff:10.0.0.1",
  "fd00::1",
];

const OTHERS = [
  "127.0.0.1",
  "172.32.0.1",
  "172.15.255.255",
  "8.8.8.8",
  "100.128.0.1",
  "::ffff:8.8.8.8",
  "::1",
  "2001:db8::1",
  "fe80::1",
  "10.0.0",
  "10.example.org",
  "",
  undefined,
];

for (const ip of PRIVATE) {
  Deno.test(`${ip} is of a private network`, () => {
    assertEquals(isPrivate(ip), true);
  });
}

for (const ip of OTHERS) {
  Deno.test(`${ip} is of no private network`, () => {
    assertEquals(isPrivate(ip), false);
  });
}
