/**
 * Compares what a call shows with the secret of the run. Apart from token.ts:
 * who only shows a token need not load what compares it.
 *
 * @module
 */

import { timingSafeEqual } from "node:crypto";

/**
 * Returns what compares the metadata of a call with a token, in a time that
 * tells nothing of where they differ.
 */
export function tokenCheck(
  token: string,
): (authorization: string | undefined) => boolean {
  const encoder = new TextEncoder();
  const wanted = encoder.encode(token);
  return (authorization) => {
    const [, shown] = /^bearer +(\S+)$/i.exec(authorization ?? "") ?? [];
    if (shown === undefined) return false;
    const bytes = encoder.encode(shown);
    // How long a token is, is no secret.
    return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
  };
}
