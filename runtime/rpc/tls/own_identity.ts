/**
 * The identity of this program, as its flags or its environment name it.
 *
 * serve.ts and connect.ts ask for it where nobody gives them another. Whoever has
 * begun to use one reads its files again on SIGHUP: calls in progress go on, and
 * what connects from then on sees the new certificate.
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
  if (inUse.size === 0) Deno.addSignalListener("SIGHUP", reloadAll);
  inUse.set(key, identity);
  return identity;
}

/** Reads the files of all identities in use again, and says how that went. */
export function reloadAll(): void {
  for (const identity of inUse.values()) {
    try {
      identity.reload();
      log(`Uses the certificate of ${describeMaterial(identity.current)}`);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      log(`${error.message}. Goes on with the one of before`);
    }
  }
}
