/**
 * The identity of this program, as its flags or its environment name it.
 *
 * serve.ts and connect.ts ask for it where nobody gives them another. Whoever has
 * begun to use one reads its files again on SIGHUP: calls in progress go on, and
 * what connects from then on sees the new certificate. A SIGHUP that comes because
 * the terminal was closed ends the program, as without this.
 *
 * @module
 */

import { UsageError } from "../../program/errors.ts";
import { log } from "../../program/log.ts";
import { ownTlsFiles, type TlsFiles } from "../../program/tls_files.ts";
import { describeMaterial, type Identity, openIdentity } from "./identity.ts";

/** All that are in use, by their files: each is read once. */
const inUse = new Map<string, Identity>();

/**
 * Returns the identity of this program; undefined where it has none.
 *
 * @throws {UsageError} If its files are not all there, or wrong.
 */
export function ownIdentity(): Identity | undefined {
  const files = ownTlsFiles();
  return files && identityFor(files);
}

/**
 * Returns the identity that some files hold; it hears SIGHUP.
 *
 * @throws {UsageError} If one of them cannot be read or is wrong.
 */
export function identityFor(files: TlsFiles): Identity {
  const key = JSON.stringify([files.ca, files.cert, files.key]);
  const known = inUse.get(key);
  if (known) return known;
  const identity = openIdentity(files);
  if (!isListening) listenForHangup();
  inUse.set(key, identity);
  return identity;
}

/** True once somebody hears SIGHUP. */
let isListening = false;

/**
 * Leaves SIGHUP to the caller, who calls {@linkcode reloadAll}: for a program that
 * does more then. To be called before the first identity is asked for.
 */
export function reloadByHand(): void {
  isListening = true;
}

/** What the system ends a program with that does not listen: 128 and its number. */
const HUNG_UP = 129;

function listenForHangup(): void {
  isListening = true;
  const streams = [Deno.stdin, Deno.stdout, Deno.stderr];
  const hasTerminal = () => streams.some((stream) => stream.isTerminal());
  const hadTerminal = hasTerminal();
  Deno.addSignalListener("SIGHUP", () => {
    if (hadTerminal && !hasTerminal()) Deno.exit(HUNG_UP);
    reloadAll();
  });
}

/**
 * Reads the files of all identities in use again, and says how that went.
 *
 * @param options `onlyNews`: says nothing of what is as it was.
 */
export function reloadAll(
  { onlyNews = false }: { onlyNews?: boolean } = {},
): void {
  for (const identity of inUse.values()) {
    try {
      const isNew = identity.reload();
      if (onlyNews && !isNew) continue;
      log(`Uses the certificate of ${describeMaterial(identity.current)}`);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      log(`${error.message}. Goes on with the one of before`);
    }
  }
}
