/**
 * Keys of certificates: ECDSA on the curve P-256, in files as PKCS #8.
 *
 * @module
 */

import "reflect-metadata"; // before x509, which needs it
import { PemConverter, type PublicKey } from "@peculiar/x509";

/** What all keys here are for. */
export const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;

/** How all certificates here are signed. */
export const SIGNATURE = { name: "ECDSA", hash: "SHA-256" } as const;

const LABEL = "PRIVATE KEY";

/** Makes a pair of keys. */
export async function makeKeys(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey(KEY_ALGORITHM, true, [
    "sign",
    "verify",
  ]);
}

/** Writes a private key as PEM, with a line end. */
export async function keyToPem(key: CryptoKey): Promise<string> {
  const bytes = await crypto.subtle.exportKey("pkcs8", key);
  return `${PemConverter.encode(bytes, LABEL)}\n`;
}

/** Reads a private key. @returns Why it is none of ours, if it is not. */
export async function keyFromPem(
  pem: string,
): Promise<{ key: CryptoKey } | { problem: string }> {
  if (pem.includes("ENCRYPTED")) {
    return { problem: "it is encrypted, and Denizen knows no password" };
  }
  const [first] = blocksOf(pem);
  if (first?.type !== LABEL) {
    return { problem: `there is no "BEGIN ${LABEL}" in it` };
  }
  try {
    const key = await crypto.subtle.importKey(
      "pkcs8",
      first.rawData,
      KEY_ALGORITHM,
      true,
      ["sign"],
    );
    return { key };
  } catch (error) {
    // Whatever it holds, it is none of ours.
    if (!(error instanceof Error)) throw error;
    return { problem: "it holds no ECDSA key of the curve P-256" };
  }
}

/** Takes PEM apart; nothing where it is none. */
export function blocksOf(pem: string): ReturnType<
  typeof PemConverter.decodeWithHeaders
> {
  try {
    return PemConverter.decodeWithHeaders(pem);
  } catch (error) {
    if (!(error instanceof Error)) throw error; // what is between the lines is no base64
    return [];
  }
}

/** True if what the private key signs is what the public key confirms. */
export async function areOnePair(
  privateKey: CryptoKey,
  publicKey: PublicKey,
): Promise<boolean> {
  if (publicKey.algorithm.name !== KEY_ALGORITHM.name) return false;
  const text = crypto.getRandomValues(new Uint8Array(32));
  const signature = await crypto.subtle.sign(SIGNATURE, privateKey, text);
  const verifying = await publicKey.export(KEY_ALGORITHM, ["verify"]);
  return await crypto.subtle.verify(SIGNATURE, verifying, signature, text);
}
