/**
 * Listen here, be called there: the address that a service gives to others, where
 * that is not the one where it listens.
 *
 * @module
 */

import { isIPv6 } from "node:net";
import { formatAddress, parseAddress } from "./address.ts";
import { hostProblem } from "./dialable_host.ts";
import { Fault, UsageError } from "./errors.ts";
import type { Flag } from "./flags.ts";

/** An address to give to others, or why there is none. */
export type Advertised = { value: string } | { problem: string };

/** Stands for the port where a service listens, while none is known. */
const SOME_PORT = 1;

/**
 * Returns the address that others call.
 *
 * @param text `HOST`, for the port where it listens, or `HOST:PORT`.
 * @param ownPort Where it listens; undefined for a unix socket.
 */
export function advertisedAddress(
  text: string,
  ownPort: number | undefined,
): Advertised {
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  const isHost = isIPv6(bare) || !text.includes(":");
  if (isHost && ownPort === undefined) {
    return { problem: "it needs a port, as in host:5555" };
  }
  const written = isHost
    ? formatAddress({ kind: "tcp", host: bare, port: ownPort! })
    : text;
  try {
    const address = parseAddress(written);
    if (address.kind === "tcp") {
      const problem = hostProblem(address);
      return problem === undefined
        ? { value: formatAddress(address) }
        : { problem: `it must ${problem}` };
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
  return { problem: "expected a host, or host:port with a port up to 65535" };
}

/**
 * A flag with the address that others call, for `advertise` of
 * `registerService()`.
 *
 * @example
 * ```ts
 * import { advertised } from "denizen";
 * import { equal, throws } from "node:assert/strict";
 *
 * const flag = advertised("what others call");
 * equal(flag.read("10.0.0.5"), "10.0.0.5"); // with the port where it listens
 * equal(flag.read("10.0.0.5:443"), "10.0.0.5:443");
 * throws(() => flag.read("0.0.0.0")); // nobody can call that
 * ```
 */
export function advertised(help: string): Flag<string | undefined> {
  return {
    placeholder: "HOST[:PORT]",
    help,
    fallback: undefined,
    read(text) {
      const address = advertisedAddress(text, SOME_PORT);
      if ("value" in address) return text;
      throw new UsageError(address.problem);
    },
  };
}
