/**
 * The name of a service in its certificate: a URI of the form that SPIFFE gives
 * to identities, `spiffe://denizen/<service>`.
 *
 * @module
 */

/** Whose names they are; the trust domain, in SPIFFE's words. */
export const NAME_PREFIX = "spiffe://denizen/";

/** How such a name is written among the others of a certificate. */
const ENTRY = /^URI:spiffe:\/\/denizen\/([A-Za-z][A-Za-z0-9_-]*)$/;

/** Returns the URI that names a service. */
export function uriOf(service: string): string {
  return `${NAME_PREFIX}${service}`;
}

/**
 * Returns the service that a certificate names.
 *
 * @param names As node:tls and node:crypto write them: "URI:…, DNS:…".
 * @returns Undefined where it has no such name, or more than one.
 */
export function serviceIn(names: string | undefined): string | undefined {
  const found = (names ?? "").split(", ")
    .filter((entry) => entry.startsWith("URI:spiffe:"))
    .map((entry) => ENTRY.exec(entry)?.[1]);
  return found.length === 1 ? found[0] : undefined;
}
