/**
 * Browsers that were let in: each has a cookie that says so, signed with a key
 * that only this user can read.
 *
 * Nothing is kept of them, so they outlive the process. Whoever removes the key
 * turns all of them out, from the next start on.
 *
 * @module
 */

import { createHmac, timingSafeEqual } from "node:crypto";
import { join } from "node:path";
import { statIfThere } from "../../runtime/files/optional_file.ts";
import { writePrivateFile } from "../../runtime/files/private_file.ts";

/** The file of the key, in the dashboard's folder. */
export const SESSION_KEY_FILE = "session.key";

/** How long a browser stays let in, in milliseconds. */
export const SESSION_MS = 30 * 24 * 60 * 60_000;

/** The cookies of one dashboard. */
export interface Sessions {
  /** Lets a browser in. @returns The value of `Set-Cookie`. */
  create(): string;
  /** True where the value of `Cookie` shows that it was let in. */
  isValid(cookies: string | null): boolean;
}

/** Options for {@linkcode createSessions}. */
export interface SessionsOptions {
  /** The key that signs. */
  key: Uint8Array;
  /** Browsers give the cookies of one port to all others: ours names its port. */
  port: number;
  /** The clock, in milliseconds. @default {Date.now} */
  now?: () => number;
}

const KEY_BYTES = 32;
/** Others at this address may give a browser many cookies of our name. */
const MAX_TRIED = 16;

/** Makes the sessions of the dashboard at a port. */
export function createSessions(
  { key, port, now = Date.now }: SessionsOptions,
): Sessions {
  const name = `denizen_${port}`;
  const sign = (text: string) =>
    createHmac("sha256", key).update(`${port}.${text}`).digest();
  const isGood = (value: string) => {
    const [, text, expires, signature] =
      /^(([0-9a-z]{1,12})\.[\w-]{22})\.([\w-]{43})$/.exec(value) ?? [];
    if (!text || !expires || !signature) return false;
    const shown = fromBase64(signature);
    const isSigned = shown !== undefined && timingSafeEqual(shown, sign(text));
    return isSigned && now() < Number.parseInt(expires, 36);
  };
  return {
    create() {
      const expires = (now() + SESSION_MS).toString(36);
      const nonce = crypto.getRandomValues(new Uint8Array(16));
      const text = `${expires}.${toBase64(nonce)}`;
      return [
        `${name}=${text}.${toBase64(sign(text))}`,
        `Max-Age=${SESSION_MS / 1_000}`,
        "Path=/",
        "HttpOnly",
        "SameSite=Strict",
      ].join("; ");
    },
    isValid: (cookies) =>
      (cookies ?? "").split(/; */)
        .filter((each) => each.startsWith(`${name}=`))
        .slice(0, MAX_TRIED)
        .some((each) => isGood(each.slice(name.length + 1))),
  };
}

/**
 * Reads the key of a dashboard's folder, or makes one.
 *
 * One that others could read, or that is too short, is replaced.
 */
export async function loadSessionKey(folder: string): Promise<Uint8Array> {
  const path = join(folder, SESSION_KEY_FILE);
  const found = await statIfThere(path);
  if (found?.isFile && ((found.mode ?? 0) & 0o077) === 0) {
    const key = fromBase64((await Deno.readTextFile(path)).trim());
    if (key?.length === KEY_BYTES) return key;
  }
  const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  await writePrivateFile(path, `${toBase64(key)}\n`);
  return key;
}

const ALPHABET = "base64url";

function toBase64(bytes: Uint8Array): string {
  return new Uint8Array(bytes).toBase64({
    alphabet: ALPHABET,
    omitPadding: true,
  });
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text, { alphabet: ALPHABET });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
