/**
 * Why there is no connection with TLS, in words: what is wrong, and what to do, on
 * the side of a client and on that of a server.
 *
 * @module
 */

import { commandFor } from "../../program/command_name.ts";

/** What is known of a connection that has failed. */
export interface FailedConnection {
  /** The host that was called. */
  host: string;
  /** Those in the server's certificate, as node:tls writes them. */
  names: string;
  /** True once the handshake was over on this side: then the server has ended it. */
  isShaken: boolean;
}

/** How a connection looks that the server has simply ended. */
const CUT = /^(?:EPIPE|ECONNRESET)$/;

/** Says it, as the end of "Cannot reach NAME: …". */
export function connectionProblem(
  { code = "", message }: { code?: string | undefined; message: string },
  { host, names, isShaken }: FailedConnection,
): string {
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    const hosts = names.split(", ")
      .flatMap((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1] ?? []);
    return `its certificate is for ${
      hosts.join(", ") || "no host"
    }, and not for ${host}: ${
      commandFor(`certificates --host=${host}`)
    } makes one that is`;
  }
  if (code === "SELF_SIGNED_CERT_IN_CHAIN") {
    return "its certificate comes from another CA than this program trusts: give both certificates of one CA (--tls-ca)";
  }
  // Of a server that does not send its CA along, Deno calls both the same.
  if (code === "UNABLE_TO_VERIFY_LEAF_SIGNATURE") {
    return `its certificate comes from another CA than this program trusts (--tls-ca), or has expired, or is not valid yet: ${
      commandFor("certificates")
    } makes what belongs together; compare the clocks of both machines, too`;
  }
  if (code === "CERT_HAS_EXPIRED") {
    return `its certificate does not hold any more, or not yet: ${
      commandFor("certificates")
    } makes a new one; compare the clocks of both machines, too`;
  }
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER") {
    return "it speaks no TLS, and this program does: give both a certificate, or neither";
  }
  const alert = alertIn(message);
  if (alert !== undefined) {
    return `it does not accept this program's certificate (${alert}): ${
      remedyFor(alert)
    }`;
  }
  if (isShaken && CUT.test(code)) {
    return "it has ended the connection right after the handshake, as a server does that does not accept this program's certificate; its log may say more";
  }
  return message;
}

/** Says why a handshake came to nothing, for the log of a server. */
export function handshakeProblem(
  { code = "", message }: { code?: string | undefined; message: string },
): string {
  const alert = alertIn(message);
  if (alert !== undefined) {
    return `it does not accept this server's certificate (${alert}): ${
      remedyFor(alert)
    }`;
  }
  if (code === "ECONNRESET") {
    return "it has left in the handshake, as who does not accept this server's certificate does: both need certificates of one CA, and the server's has to name the host that is called";
  }
  // So it is with the target of a resolver, such as that of etcd in Go.
  if (message.includes("ServerNameMustContainOneHostName")) {
    return "it asks for a server name that is no host: set a host that this server's certificate names in its TLS settings (ServerName of tls.Config in Go)";
  }
  return `the handshake failed: ${message}`;
}

/** Returns what the other end has said in TLS's own words: "UnknownCA", say. */
function alertIn(message: string): string | undefined {
  return /alert: (\w+)/.exec(message)?.[1];
}

/** Says what lets a certificate be accepted that the other end has refused. */
function remedyFor(alert: string): string {
  switch (alert) {
    case "CertificateExpired":
      return `${commandFor("certificates")} makes a new one`;
    // So is also said of one that is not for the host that was called.
    case "BadCertificate":
      return "both need certificates of one CA, and the server's has to name the host that is called";
    default:
      return "both need certificates of one CA";
  }
}
