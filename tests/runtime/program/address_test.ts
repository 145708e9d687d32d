import { assertEquals, assertThrows } from "@std/assert";
import {
  type Address,
  formatAddress,
  isLoopback,
  parseAddress,
} from "../../../runtime/program/address.ts";
import { Fault } from "../../../runtime/program/errors.ts";

const ADDRESSES: [string, Address, { loopback: boolean }][] = [
  ["127.0.0.1:0", tcp("127.0.0.1", 0), { loopback: true }],
  ["127.8.9.10:65535", tcp("127.8.9.10", 65_535), { loopback: true }],
  ["localhost:5555", tcp("localhost", 5_555), { loopback: true }],
  ["[::1]:80", tcp("::1", 80), { loopback: true }],
  ["unix:/run/a b.sock", unix("/run/a b.sock"), { loopback: true }],
  ["unix:relative.sock", unix("relative.sock"), { loopback: true }],
  ["0.0.0.0:80", tcp("0.0.0.0", 80), { loopback: false }],
  ["[::]:80", tcp("::", 80), { loopback: false }],
  ["example.com:80", tcp("example.com", 80), { loopback: false }],
  ["127.0.0.1.example.com:80", tcp("127.0.0.1.example.com", 80), {
    loopback: false,
  }],
];

for (const [text, address, { loopback }] of ADDRESSES) {
  Deno.test(`parseAddress() and formatAddress() agree on ${text}`, () => {
    assertEquals(parseAddress(text), address);
    assertEquals(formatAddress(address), text);
  });

  Deno.test(`isLoopback() is ${loopback} for ${text}`, () => {
    assertEquals(isLoopback(address), loopback);
  });
}

for (
  const text of [
    "",
    "127.0.0.1",
    "127.0.0.1:",
    ":80",
    "127.0.0.1:65536",
    "127.0.0.1:-1",
    "127.0.0.1:8o",
    "::1:80",
    "unix:",
    "http://127.0.0.1:80",
    "127.0.0.1:80 ",
  ]
) {
  Deno.test(`parseAddress() refuses "${text}"`, () => {
    const fault = assertThrows(() => parseAddress(text), Fault);

    assertEquals(fault.code, "invalid");
    assertEquals(
      fault.message,
      `Cannot read address "${text}": expected host:port with a port up to 65535, or unix:/path`,
    );
  });
}

function tcp(host: string, port: number): Address {
  return { kind: "tcp", host, port };
}

function unix(path: string): Address {
  return { kind: "unix", path };
}
