/**
 * What certificates are for: the service that one names, the hosts where it is
 * called, and the files in which they lie.
 *
 * @module
 */

import { isIP } from "node:net";
import { UsageError } from "../../runtime/program/errors.ts";
import type { Flag } from "../../runtime/program/flags.ts";
import { uriOf } from "../../runtime/rpc/tls/spiffe_name.ts";

/** A name in a certificate, as X.509 tells them apart. */
export interface CertificateName {
  type: "url" | "dns" | "ip";
  value: string;
}

/** What the CA is called among the files. */
export const CA = "ca";

/** Who is no service of a config, and calls services: the supervisor, and you. */
export const CALLERS = ["supervisor", "client"] as const;

/** Where every service can be called, on its own machine. */
const LOCAL_HOSTS = ["localhost", "127.0.0.1", "::1"];

/** What config.yaml calls a service: a file's name everywhere, and plain in a URI. */
const SERVICE = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;
/** What DNS calls a label, as Compose and Kubernetes call services. */
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/;
const HOST_NAME =
  /^(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_-]*)(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*))*$/;

/** Returns the names that a service's certificate has to have. */
export function namesOf(
  service: string,
  hosts: readonly string[],
): CertificateName[] {
  const own = LABEL.test(service) ? [service] : [];
  return [
    { type: "url", value: uriOf(service) },
    ...[...new Set([...LOCAL_HOSTS, ...own, ...hosts])].map(hostName),
  ];
}

/** Returns the name that stands for a host. */
export function hostName(host: string): CertificateName {
  return isIP(host) === 0
    ? { type: "dns", value: host.toLowerCase() }
    : { type: "ip", value: plainIp(host) };
}

/** Writes an IP in the one way in which it is compared. */
export function plainIp(ip: string): string {
  return isIP(ip) === 6
    ? new URL(`http://[${ip}]`).hostname.replace(/^\[|\]$/g, "")
    : ip;
}

/** The files of one certificate, in the folder of all. */
export interface CertificateFiles {
  certificate: string;
  key: string;
}

/** Returns what the files of a service, or of the CA, are called. */
export function filesOf(name: string): CertificateFiles {
  return { certificate: `${name}.pem`, key: `${name}-key.pem` };
}

/**
 * Checks that each of these services can have files of its own.
 *
 * @throws {UsageError} Naming the first that cannot.
 */
export function requireOwnFiles(services: readonly string[]): void {
  const taken = new Map([CA].flatMap(filesWithOwner));
  for (const service of services) {
    const cannot = `Cannot make a certificate for "${service}"`;
    if (!SERVICE.test(service)) {
      throw new UsageError(
        `${cannot}: a service's name has letters, digits, "_" and "-", at most 63 of them, and begins with a letter`,
      );
    }
    for (const [file, owner] of filesWithOwner(service)) {
      const other = taken.get(file);
      if (other !== undefined) {
        throw new UsageError(
          `${cannot}: its file would be called "${file}", as one of ${
            other === CA ? "the CA" : `"${other}"`
          } is; give the service another name`,
        );
      }
      taken.set(file, owner);
    }
  }
}

function filesWithOwner(name: string): [file: string, owner: string][] {
  const { certificate, key } = filesOf(name);
  return [[certificate, name], [key, name]];
}

/** A flag with a host: a name or an IP, without a port. */
export function host(help: string): Flag<string> {
  return {
    placeholder: "HOST",
    help,
    fallback: "",
    read(text) {
      const plain = text.replace(/^\[(.*)\]$/, "$1");
      if (["0.0.0.0", "::"].includes(plainIp(plain))) {
        throw new UsageError(
          "nobody is called there; it stands for all addresses of a machine, so name those",
        );
      }
      if (isIP(plain) !== 0) return plain;
      if (/:\d+$/.test(text)) {
        throw new UsageError("expected a host without a port");
      }
      // A number at the end is a mistyped IP, as in 10.0.0.
      if (
        plain.length > 253 || !HOST_NAME.test(plain) || /(^|\.)\d+$/.test(plain)
      ) {
        throw new UsageError("expected a host name or an IP address");
      }
      return plain;
    },
  };
}
