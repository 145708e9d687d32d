/**
 * One-time tokens: each lets in one browser, once.
 *
 * They are in no file, so one that was not used is of no use after a restart.
 *
 * @module
 */

import { createHash, timingSafeEqual } from "node:crypto";

/**
 * So many cannot be guessed; with more, the address would not fit in the 80
 * columns of a terminal.
 */
const INVITE_BYTES = 16;

/** The tokens that were given and not used. */
export interface Invites {
  /** Makes a token. */
  create(): string;
  /** Uses a token up. @returns False for one that is wrong, used or too old. */
  redeem(token: string): boolean;
}

/** Options for {@linkcode createInvites}. */
export interface InvitesOptions {
  /** How long one is good, in milliseconds. @default {a day} */
  lifeMs?: number;
  /** How many are good at a time; a newer one takes the oldest's place. @default {32} */
  max?: number;
  /** The clock, in milliseconds. @default {Date.now} */
  now?: () => number;
}

/** Makes the invites of one dashboard. */
export function createInvites(
  { lifeMs = 24 * 60 * 60_000, max = 32, now = Date.now }: InvitesOptions = {},
): Invites {
  let open: { digest: Uint8Array; untilMs: number }[] = [];
  return {
    create() {
      const token = crypto.getRandomValues(new Uint8Array(INVITE_BYTES))
        .toBase64({ alphabet: "base64url", omitPadding: true });
      open.push({ digest: digestOf(token), untilMs: now() + lifeMs });
      open = open.slice(-max);
      return token;
    },
    redeem(token) {
      open = open.filter(({ untilMs }) => now() < untilMs);
      const digest = digestOf(token);
      // All are compared: how long it takes does not tell which one was near.
      const found = open.map((each) => timingSafeEqual(each.digest, digest));
      const index = found.indexOf(true);
      if (index < 0) return false;
      open.splice(index, 1);
      return true;
    },
  };
}

/** Of one length, whatever was given. */
function digestOf(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}
