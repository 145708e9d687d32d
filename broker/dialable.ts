/**
 * Which addresses an entry may have: those that another process can dial.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { isIPv4, isIPv6 } from "node:net";
import { type Address, parseAddress } from "../runtime/program/address.ts";
import { Fault } from "../runtime/program/errors.ts";
import { ADDRESS_LIMITS } from "./limits.ts";
import { findUnseen } from "./unseen.ts";

/** One name of a host between its dots. */
const LABEL = /^(?!-)[\w-]{1,63}(?<!-)$/;
/** Hosts that stand for every address of a machine: to bind, not to dial. */
const ANY_HOST = new Set(["0.0.0.0", "::", "::ffff:0:0"]);

/**
 * Says what is wrong with an address, as the end of "address must …".
 *
 * @returns Undefined where nothing is.
 */
export function addressProblem(text: string): string | undefined {
  const unseen = findUnseen(text);
  if (unseen) return `have no character that cannot be seen: it has ${unseen}`;
  const address = readAddress(text);
  if (!address) return "be host:port or unix:/path";
  return address.kind === "unix"
    ? pathProblem(address.path)
    : hostProblem(address);
}

function readAddress(text: string): Address | undefined {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

function pathProblem(path: string): string | undefined {
  const { unixPathBytes } = ADDRESS_LIMITS;
  if (!path.startsWith("/")) return "have an absolute path after unix:";
  const bytes = Buffer.byteLength(path);
  return bytes > unixPathBytes
    ? `have a path of at most ${unixPathBytes} bytes: it has ${bytes}`
    : undefined;
}

function hostProblem(
  { host, port }: Extract<Address, { kind: "tcp" }>,
): string | undefined {
  const { hostBytes } = ADDRESS_LIMITS;
  if (port === 0) return "have a port from 1 to 65535";
  if (host.length > hostBytes) {
    return `have a host of at most ${hostBytes} bytes: it has ${host.length}`;
  }
  if (!isHost(host)) return "have the name or the IP address of a host";
  return ANY_HOST.has(plain(host)) ? "be one that callers can dial" : undefined;
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
