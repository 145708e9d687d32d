/**
 * Which addresses are those of a private network.
 *
 * Apart from address.ts: `node:net` takes 50 ms to load, and most programs need
 * none of it.
 *
 * @module
 */

import { BlockList, isIP } from "node:net";

/** The networks that no packet from elsewhere reaches (RFC 1918, 6598 and 4193). */
const PRIVATE = new BlockList();
PRIVATE.addSubnet("10.0.0.0", 8);
PRIVATE.addSubnet("172.16.0.0", 12);
PRIVATE.addSubnet("192.168.0.0", 16);
PRIVATE.addSubnet("100.64.0.0", 10);
PRIVATE.addSubnet("fc00::", 7, "ipv6");

/** True for the IP address of a private network; false for loopback, and a name. */
export function isPrivate(ip: string | undefined): boolean {
  const plain = ip?.replace(/^::ffff:(?=\d+\.)/i, "") ?? "";
  const family = isIP(plain);
  return family !== 0 && PRIVATE.check(plain, family === 6 ? "ipv6" : "ipv4");
}
