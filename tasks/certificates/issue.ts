/**
 * Makes certificates: that of a CA, and those that it signs for services.
 *
 * Reads no clock and no file; keep.ts does.
 *
 * @module
 */

import "reflect-metadata"; // before x509, which needs it
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { makeKeys, SIGNATURE } from "./keys.ts";
import type { CertificateName } from "./names.ts";

const DAY_MS = 86_400_000;

/** How long a CA lasts: whoever changes it has to give it to every machine. */
const CA_DAYS = 3_650;

/** How far the clocks of two machines may be apart. */
const CLOCKS_APART_MS = 3_600_000;

/** A certificate with its private key. */
export interface Certified {
  certificate: X509Certificate;
  key: CryptoKey;
}

/** Makes a CA that can sign for services, and for no other CA. */
export async function makeAuthority(nowMs: number): Promise<Certified> {
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    // Two of them differ: whoever compares the names of issuers sees it.
    name: [{ CN: [`Denizen CA ${hex(4)}`] }],
    serialNumber: serial(),
    notBefore: new Date(nowMs - CLOCKS_APART_MS),
    notAfter: new Date(nowMs + CA_DAYS * DAY_MS),
    keys,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(
        KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign,
        true,
      ),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, key: keys.privateKey };
}

/** What {@linkcode issue} certifies. */
export interface Wanted {
  service: string;
  names: readonly CertificateName[];
  nowMs: number;
  /** How long it lasts; not longer than the CA. */
  days: number;
}

/** Makes a certificate, with a key of its own, to serve and to call with. */
export async function issue(
  authority: Certified,
  { service, names, nowMs, days }: Wanted,
): Promise<Certified> {
  const keys = await makeKeys();
  const { notBefore, notAfter, subject, publicKey } = authority.certificate;
  const certificate = await X509CertificateGenerator.create({
    subject: [{ CN: [service] }],
    issuer: subject,
    serialNumber: serial(),
    notBefore: new Date(
      Math.max(nowMs - CLOCKS_APART_MS, notBefore.getTime()),
    ),
    notAfter: new Date(Math.min(nowMs + days * DAY_MS, notAfter.getTime())),
    publicKey: keys.publicKey,
    signingKey: authority.key,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([
        ExtendedKeyUsage.serverAuth,
        ExtendedKeyUsage.clientAuth,
      ]),
      new SubjectAlternativeNameExtension([...names]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(publicKey),
    ],
  });
  return { certificate, key: keys.privateKey };
}

/** A number that no other certificate has; positive, as X.509 wants it. */
function serial(): string {
  return `40${hex(15)}`;
}

function hex(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes)).toHex();
}
