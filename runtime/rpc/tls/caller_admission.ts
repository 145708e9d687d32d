/**
 * Lets in who has a certificate of the CA, and of those who is allowed.
 *
 * Takes the place of admission.ts where a server has TLS: no token is asked for
 * then, and whoever may not connect may not ask for its health either.
 *
 * @module
 */

import type { IncomingHttpHeaders } from "node:http2";
import { type Admit, OPEN } from "../admission.ts";
import { callerOf } from "./caller.ts";

/** Whom a server lets in. */
export interface CallerRules {
  /** What the server is called, for refusals. @default {"this server"} */
  name?: string | undefined;
  /** The names of those who may call. @default {all that have a certificate} */
  allow?: readonly string[] | undefined;
}

/** Makes what decides on the calls of a server with TLS. */
export function createCallerAdmission(
  { name = "this server", allow }: CallerRules,
): Admit {
  return ({ ":path": path = "" }: IncomingHttpHeaders, socket) => {
    const caller = callerOf(socket);
    if (caller?.kind !== "known") {
      const reason = caller?.reason ?? "has shown no certificate";
      return {
        code: "unauthenticated",
        reason:
          `${name} wants a certificate of its CA, and the caller ${reason}`,
      };
    }
    if (allow === undefined || OPEN.test(path)) return undefined;
    if (caller.name !== undefined && allow.includes(caller.name)) {
      return undefined;
    }
    return {
      code: "permission_denied",
      reason: `${caller.owner} may not call ${name}: those who may are ${
        allow.join(", ") || "none"
      }; allow: of ${name} lists them`,
    };
  };
}
