/**
 * The flag that holds an address.
 *
 * Apart from flags.ts, so that commands without one do not load gRPC.
 *
 * @module
 */

import { parseAddress } from "./address.ts";
import { Fault } from "./fault.ts";
import { type Flag, UsageError } from "./flags.ts";

/** A flag with an address, as parseAddress() takes it. */
export function address<Fallback extends string | undefined>(
  help: string,
  fallback: Fallback,
): Flag<string | Fallback> {
  return {
    placeholder: "HOST:PORT",
    help,
    ...(fallback === undefined ? {} : { defaultText: fallback }),
    fallback,
    read(value) {
      try {
        parseAddress(value);
        return value;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        throw new UsageError(
          "expected host:port with a port up to 65535, or unix:/path",
        );
      }
    },
  };
}
