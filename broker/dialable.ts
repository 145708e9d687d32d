/**
 * Which addresses an entry may have: those that another process can dial.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { type Address, parseAddress } from "../runtime/program/address.ts";
import { hostProblem } from "../runtime/program/dialable_host.ts";
import { Fault } from "../runtime/program/errors.ts";
import { ADDRESS_LIMITS } from "./limits.ts";
import { findUnseen } from "./unseen.ts";

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
