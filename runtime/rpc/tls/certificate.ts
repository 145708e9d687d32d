/**
 * What is wrong with a certificate, in words.
 *
 * The decision is that of TLS; this says why it came out so. It also finds before
 * a program begins what TLS would only say in the middle of it.
 *
 * @module
 */

import type { X509Certificate } from "node:crypto";
import { serviceIn } from "./spiffe_name.ts";

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Returns the texts of the certificates in a text in PEM, in order. */
export function blocksIn(pem: string): string[] {
  return pem.match(BLOCK) ?? [];
}

/** Returns whose a certificate is, for messages: the service, or its subject. */
export function ownerOf(
  { subjectAltName, subject }: Pick<
    X509Certificate,
    "subjectAltName" | "subject"
  >,
): string {
  const service = serviceIn(subjectAltName);
  return service === undefined
    ? `"${subject.replaceAll("\n", ", ")}"`
    : `"${service}"`;
}

/**
 * Says why a certificate does not hold now.
 *
 * @returns Undefined where it does.
 */
export function timeProblem(
  { validFromDate, validToDate }: Pick<
    X509Certificate,
    "validFromDate" | "validToDate"
  >,
  now: number,
): string | undefined {
  if (validToDate.getTime() < now) {
    return `expired on ${validToDate.toISOString()}`;
  }
  return validFromDate.getTime() > now
    ? `is not valid before ${validFromDate.toISOString()}`
    : undefined;
}

/** True if one of `authorities` has made the last certificate of a chain. */
export function isMadeBy(
  chain: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): boolean {
  const last = chain.at(-1);
  return last !== undefined &&
    authorities.some((ca) => last.checkIssued(ca) && last.verify(ca.publicKey));
}
