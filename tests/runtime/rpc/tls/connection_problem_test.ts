import { assertEquals } from "@std/assert";
import {
  connectionProblem,
  handshakeProblem,
} from "../../../../runtime/rpc/tls/connection_problem.ts";

for (
  const [code, message, isShaken, words] of [
    [
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "unable to verify the first certificate",
      false,
      "its certificate comes from another CA than this program trusts (--tls-ca), or has expired, or is not valid yet: deno task certificates makes what belongs together; compare the clocks of both machines, too",
    ],
    [
      "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
      "received fatal alert: CertificateRequired",
      true,
      "it does not accept this program's certificate (CertificateRequired): both need certificates of one CA",
    ],
    [
      "EPIPE",
      "write EPIPE",
      true,
      "it has ended the connection right after the handshake, as a server does that does not accept this program's certificate; its log may say more",
    ],
    [
      "ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED",
      "received fatal alert: CertificateExpired",
      true,
      "it does not accept this program's certificate (CertificateExpired): deno task certificates makes a new one",
    ],
    [
      "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE",
      "received fatal alert: BadCertificate",
      true,
      "it does not accept this program's certificate (BadCertificate): both need certificates of one CA, and the server's has to name the host that is called",
    ],
    ["ECONNRESET", "read ECONNRESET", false, "read ECONNRESET"],
  ] as const
) {
  Deno.test(`connectionProblem() explains ${code}`, () => {
    const failed = { host: "127.0.0.1", names: "DNS:localhost", isShaken };

    assertEquals(connectionProblem({ code, message }, failed), words);
  });
}

Deno.test("handshakeProblem() tells a client whose server name is no host what to set", () => {
  const message = "peer misbehaved: ServerNameMustContainOneHostName";

  assertEquals(
    handshakeProblem({ message }),
    "it asks for a server name that is no host: set a host that this server's certificate names in its TLS settings (ServerName of tls.Config in Go)",
  );
  assertEquals(
    handshakeProblem({ message: "else" }),
    "the handshake failed: else",
  );
});
