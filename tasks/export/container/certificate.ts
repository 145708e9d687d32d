/**
 * The certificate of a container: where its files are in there, and the names by
 * which others call it, which it has to have.
 *
 * @module
 */

import {
  TLS_FILES,
  type TlsFiles,
} from "../../../runtime/program/tls_files.ts";
import type { ServiceSpec } from "../../../supervisor/config/config.ts";

/** Where each container has its own; the names are those of cert-manager. */
export const TLS_FOLDER = "/run/secrets/denizen-tls";

/** What the files are called there. */
export const TLS_NAMES = {
  ca: "ca.crt",
  cert: "tls.crt",
  key: "tls.key",
} as const satisfies TlsFiles;

/** The files as each container has them. */
export const TLS_IN_CONTAINER: TlsFiles = {
  ca: `${TLS_FOLDER}/${TLS_NAMES.ca}`,
  cert: `${TLS_FOLDER}/${TLS_NAMES.cert}`,
  key: `${TLS_FOLDER}/${TLS_NAMES.key}`,
};

/** What the probe calls from within, whatever the address. */
const LOCAL_NAME = "localhost";

/** The certificate of a container. */
export interface Certificate {
  /** On this machine. */
  source: TlsFiles;
  /** In the container. */
  files: TlsFiles;
  /** The hosts that others call; none where it only calls. */
  calledAt: readonly string[];
}

/**
 * Returns the certificate of a process; undefined where it has none.
 *
 * @param names Those by which others call it.
 */
export function certificateOf(
  { tls, healthcheck }: Pick<ServiceSpec, "tls" | "healthcheck">,
  names: readonly string[],
): Certificate | undefined {
  const asked = hasTlsProbe({ healthcheck }) ? [LOCAL_NAME] : [];
  return tls && {
    source: tls,
    files: TLS_IN_CONTAINER,
    calledAt: [...new Set([...names, ...asked])],
  };
}

/** Tells whether whoever asks for its health has to show a certificate. */
export function hasTlsProbe(
  { healthcheck }: Pick<ServiceSpec, "healthcheck">,
): boolean {
  const { probe } = healthcheck ?? {};
  return probe?.kind === "grpc" && probe.tls !== undefined;
}

/** Puts the files of a container in the place of those on this machine. */
export function withCertificate(
  text: string,
  tls: TlsFiles | undefined,
): string {
  if (tls === undefined) return text;
  // The longest first: one may begin as another does.
  const parts = TLS_FILES.map(({ part }) => part)
    .toSorted((one, other) => tls[other].length - tls[one].length);
  return parts.reduce(
    (filled, part) => filled.replaceAll(tls[part], TLS_IN_CONTAINER[part]),
    text,
  );
}
