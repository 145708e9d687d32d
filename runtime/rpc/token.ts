/**
 * The secret of one run, by which its processes know each other.
 *
 * Whoever starts the processes of a run makes one token and gives it to each in
 * its environment. credentials.ts shows it to the servers that are called,
 * admission.ts asks for it, and token_check.ts compares. A process without one asks nobody.
 *
 * @module
 */

import { readVariable, RUN_VARIABLES } from "../program/run_variables.ts";

/** The name of gRPC's metadata that carries it (RFC 6750, section 2.1). */
export const AUTHORIZATION = "authorization";

/** So many cannot be guessed. */
const TOKEN_BYTES = 32;

/** Makes a token: 32 random bytes in base64url, without padding. */
export function createToken(): string {
  return crypto.getRandomValues(new Uint8Array(TOKEN_BYTES))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

/** What stands in place of the environment's, for the commands of a user. */
let given: string | undefined;

/**
 * Shows `token` from now on, whatever the environment has. For the commands of
 * a user, which belong to no run; undefined takes it back.
 */
export function useToken(token: string | undefined): void {
  given = token;
}

/** Returns the token of the run that this process belongs to, if to any. */
export function ownToken(): string | undefined {
  return given ?? readVariable(RUN_VARIABLES.token);
}

/** The value of the metadata that shows a token. */
export function bearer(token: string): string {
  return `Bearer ${token}`;
}
