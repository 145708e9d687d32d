/**
 * Judges what a caller has shown in the handshake.
 *
 * @module
 */

import { commandFor } from "../../program/command_name.ts";
import { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { Caller } from "./caller.ts";
import { isMadeBy, ownerOf, timeProblem } from "./certificate.ts";
import type { TlsMaterial } from "./identity.ts";
import { serviceIn } from "./spiffe_name.ts";

/** What is used of a connection: what TLS has found out. */
export type Shown = Pick<TLSSocket, "authorized" | "getPeerCertificate">;

/**
 * Says who has opened a connection.
 *
 * @param socket After the handshake.
 * @param trusts What the server went by.
 */
export function callerShownBy(
  socket: Shown,
  trusts: Pick<TlsMaterial, "authorities">,
): Caller {
  const { raw } = socket.getPeerCertificate() as { raw?: Uint8Array };
  if (raw === undefined) {
    return {
      kind: "refused",
      reason:
        "has shown no certificate: start it with --tls-ca, --tls-cert and --tls-key",
    };
  }
  const certificate = new X509Certificate(raw);
  const owner = ownerOf(certificate);
  if (socket.authorized) {
    return {
      kind: "known",
      name: serviceIn(certificate.subjectAltName),
      owner,
    };
  }
  const untimely = timeProblem(certificate, Date.now());
  const why = untimely
    ? `${untimely}: ${
      commandFor("certificates")
    } makes a new one; compare the clocks of both machines, too`
    : isMadeBy([certificate], trusts.authorities)
    ? `is not for calling others: ${
      commandFor("certificates")
    } makes one that is`
    : "comes from another CA: both need certificates of one CA";
  return {
    kind: "refused",
    reason: `has shown the certificate of ${owner}, which ${why}`,
  };
}

/** Whoever speaks no TLS where it is wanted. */
export const PLAIN_CALLER: Caller = {
  kind: "refused",
  reason:
    "has called without TLS: start it with --tls-ca, --tls-cert and --tls-key",
};
