/**
 * Why a server cannot have its address. It stands apart from serve.ts, so that
 * who only looks at a port need not load a server.
 *
 * @module
 */

import { dirname } from "node:path";
import { type Address, formatAddress } from "../program/address.ts";
import { Fault, UsageError } from "../program/errors.ts";
import { findPortHolder } from "./port_holder.ts";

/**
 * Says why an address cannot be bound, as well as it can be known.
 *
 * @returns `not_found` where the folder of a socket is missing, else `unavailable`.
 */
export async function bindFault(
  address: Address,
  reason: string,
): Promise<Fault> {
  const place = `Cannot serve on "${formatAddress(address)}"`;
  if (address.kind === "unix" && /ENOENT|no such file/i.test(reason)) {
    const folder = dirname(address.path);
    return new Fault("not_found", `${place}: "${folder}" does not exist`);
  }
  const isElsewhere = /EADDRNOTAVAIL|AddrNotAvailable|EINVAL/.test(reason);
  if (isElsewhere && address.kind === "tcp") {
    const message =
      `${place}: ${address.host} is no address of this machine; listen on one that it has, or on 0.0.0.0 for all, and advertise the one that others call`;
    return new Fault("unavailable", message, {
      cause: new UsageError(message),
    });
  }
  if (!/EADDRINUSE|AddrInUse|in use/i.test(reason)) {
    return new Fault("unavailable", `${place}: ${reason}`);
  }
  const holder = address.kind === "tcp"
    ? await findPortHolder(address.port)
    : undefined;
  const who = holder
    ? `process ${holder.pid} (${holder.program}) listens there`
    : "another process listens there";
  return new Fault("unavailable", `${place}: ${who}`);
}
