/**
 * Which hosts and ports another process can dial. Some can only be bound.
 *
 * @module
 */

import { isIPv4, isIPv6 } from "node:net";
import type { TcpAddress } from "./address.ts";

/** The longest name in the DNS. */
export const HOST_BYTES = 253;

/** One name of a host between its dots. */
const LABEL = /^(?!-)[\w-]{1,63}(?<!-)$/;
/** Hosts that stand for every address of a machine: to bind, not to dial. */
const ANY_HOST = new Set(["0.0.0.0", "::", "::ffff:0:0"]);

/**
 * Says what is wrong with an address, as the end of "address must …".
 *
 * @returns Undefined where nothing is.
 */
export function hostProblem(
  { host, port }: Pick<TcpAddress, "host" | "port">,
): string | undefined {
  if (port === 0) return "have a port from 1 to 65535";
  if (host.length > HOST_BYTES) {
    return `have a host of at most ${HOST_BYTES} bytes: it has ${host.length}`;
  }
  if (!isHost(host)) return "have the name or the IP address of a host";
  return isAnyHost(host) ? "be one that callers can dial" : undefined;
}

/** True of a host that stands for every address of a machine, as 0.0.0.0 does. */
export function isAnyHost(host: string): boolean {
  return ANY_HOST.has(plain(host));
}

function isHost(host: string): boolean {
  if (host.includes(":")) return isIPv6(host);
  // What looks like numbers is an address, and no name.
  if (/^[\d.]+$/.test(host)) return isIPv4(host);
  return host.replace(/\.$/, "").split(".").every((label) => LABEL.test(label));
}

/** One form for the many of an IPv6 address. */
function plain(host: string): string {
  return host.includes(":")
    ? new URL(`http://[${host}]`).hostname.slice(1, -1)
    : host;
}
