/**
 * Servers and clients with TLS, in this process.
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Fault } from "../../../../runtime/program/errors.ts";
import { useTls } from "../../../../runtime/program/tls_files.ts";
import { askHealth } from "../../../../runtime/rpc/ask_health.ts";
import { unary } from "../../../../runtime/rpc/handlers.ts";
import type { ServeOptions } from "../../../../runtime/rpc/serve.ts";
import type { ConnectOptions } from "../../../../runtime/rpc/connect.ts";
import { createToken } from "../../../../runtime/rpc/token.ts";
import {
  connectEcho,
  EchoService,
  serveEcho,
} from "../../../fixtures/echo_service.ts";
import { createTestCa, type TestCa } from "../../../support/certificates.ts";
import { eventually } from "../../../support/eventually.ts";
import { logged } from "../../../support/logged.ts";
import { type TempFolder, tempFolder } from "../../../support/temp_folder.ts";

interface Place {
  folder: TempFolder;
  ca: TestCa;
}

/** Registers a test that has a CA. */
function test(name: string, body: (place: Place) => Promise<void>): void {
  Deno.test(name, async () => {
    await using folder = await tempFolder();
    await body({ folder, ca: await createTestCa(folder.path) });
  });
}

/** The first line of the log: a server may write it after its client has failed. */
async function firstLine(log: { lines: readonly string[] }): Promise<string> {
  await eventually("a line of the log", () => log.lines.length > 0);
  return log.lines[0]!;
}

/** Asks a server for its name of the caller. */
async function ask(
  address: string,
  options: ConnectOptions,
): Promise<string> {
  using echo = connectEcho(address, options);
  const { text } = await echo.unary(EchoService.Say, { text: "who" });
  return text ?? "";
}

/** Serves an echo that answers with the name of who calls, and its token. */
function serveNames(options: Partial<ServeOptions>) {
  return serveEcho({
    Say: unary((_, { caller, metadata }) => ({
      text: [caller ?? "nobody", ...metadata.get("authorization")].join(" "),
    })),
  }, options);
}

for (const shield of [false, true]) {
  test(`a handler knows who calls, and no token is shown${shield ? ", behind a shield" : ""}`, async ({ ca }) => {
    const token = createToken();
    const tls = await ca.issue("server");
    await using served = await serveNames({
      tls,
      shield,
      authentication: { token },
    });

    const client = await ca.issue("client");

    assertEquals(await ask(served.address, { tls: client, token }), "client");
  });
}

test("a certificate takes the token's place for guarded methods", async ({ ca }) => {
  await using served = await serveNames({
    tls: await ca.issue("server"),
    authentication: { token: createToken() },
    guarded: "all",
  });

  const client = { tls: await ca.issue("client"), token: null };

  assertEquals(await ask(served.address, client), "client");
});

test("a name counts as well as an address", async ({ ca }) => {
  const hosts = ["127.0.0.1"];
  await using served = await serveNames({
    tls: await ca.issue("server", { hosts }),
  });
  const tls = await ca.issue("client");
  const { port } = new URL(`http://${served.address}`);

  assertEquals(await ask(served.address, { tls }), "client");
  const fault = await assertRejects(
    () => ask(`localhost:${port}`, { tls }),
    Fault,
  );

  assertEquals(
    fault.message,
    `Cannot reach echo at localhost:${port}: its certificate is for 127.0.0.1, and not for localhost: deno task certificates --host=localhost makes one that is`,
  );
});

test("a certificate without a name may call, as nobody", async ({ ca }) => {
  await using served = await serveNames({ tls: await ca.issue("server") });
  const tls = await ca.issue("client", { uris: [] });

  assertEquals(await ask(served.address, { tls }), "nobody");
});

test("allow lets in those it names, and tells others who may", async ({ ca }) => {
  using log = logged();
  await using served = await serveNames({
    tls: await ca.issue("server"),
    allow: ["client", "dashboard"],
  });
  const tls = await ca.issue("stranger");

  assertEquals(
    await ask(served.address, { tls: await ca.issue("client") }),
    "client",
  );
  const fault = await assertRejects(() => ask(served.address, { tls }), Fault);
  assertEquals(fault.code, "permission_denied");
  const reason =
    '"stranger" may not call this server: those who may are client, dashboard; allow: of this server lists them';
  assertEquals(fault.message, reason);
  assertMatch(
    log.lines.join("\n"),
    /^Refused \/echo\.v1\.EchoService\/Say from 127\.0\.0\.1:\d+: "stranger" may not call/,
  );
  // Whoever watches over it may ask how it is.
  using echo = connectEcho(served.address, { tls });
  assertEquals((await askHealth(echo, { deadlineMs: 5_000 })).kind, "serving");
});

test("allow without TLS is refused: nobody has a name", async () => {
  const fault = await assertRejects(
    () => serveEcho({}, { allow: ["client"], tls: false }),
    Fault,
  );

  assertEquals(
    fault.message,
    'Cannot serve on "127.0.0.1:0": who may call (client) is known by certificates only; give it a certificate (--tls-ca, --tls-cert and --tls-key, or DENIZEN_TLS_*)',
  );
});

/** Clients that are refused, and what they and the server's log read. */
const REFUSED: [
  string,
  (place: Place) => Promise<ConnectOptions["tls"]>,
  RegExp,
][] = [
  [
    "with a certificate of another CA",
    async ({ folder, ca }) => {
      const other = await createTestCa(folder.path, "other");
      const { cert, key } = await other.issue("client");
      await Deno.writeTextFile(folder.file("both.pem"), other.pem + ca.pem);
      return { ca: folder.file("both.pem"), cert, key };
    },
    /this server wants a certificate of its CA, and the caller has shown the certificate of "client", which comes from another CA: both need certificates of one CA$/,
  ],
  [
    "without TLS",
    () => Promise.resolve(false),
    /this server wants a certificate of its CA, and the caller has called without TLS: start it with --tls-ca, --tls-cert and --tls-key$/,
  ],
];

for (const [how, tlsOf, reason] of REFUSED) {
  for (const shield of [false, true]) {
    test(`a client ${how} reads why, and so does the log${shield ? ", behind a shield" : ""}`, async (place) => {
      using log = logged();
      await using served = await serveEcho({}, {
        tls: await place.ca.issue("server"),
        shield,
      });
      const tls = await tlsOf(place);

      const fault = await assertRejects(
        () => ask(served.address, { tls }),
        Fault,
      );

      assertEquals(fault.code, "unauthenticated");
      assertMatch(fault.message, reason);
      assertMatch(log.lines[0]!, /^Refused \/echo.* from 127\.0\.0\.1:\d+: /);
      assertMatch(log.lines[0]!, reason);
      // Nor may it ask anything else.
      using echo = connectEcho(served.address, { tls });
      const health = await askHealth(echo, { deadlineMs: 5_000 });
      assertEquals(health.kind, "no_health");
    });
  }
}

test("a client does not call a server of another CA, and both say so", async ({ folder, ca }) => {
  using log = logged();
  const other = await createTestCa(folder.path, "other");
  await using served = await serveEcho({}, {
    tls: await other.issue("server"),
  });
  const tls = await ca.issue("client");

  const fault = await assertRejects(() => ask(served.address, { tls }), Fault);

  assertEquals(
    fault.message,
    `Cannot reach echo at ${served.address}: its certificate comes from another CA than this program trusts: give both certificates of one CA (--tls-ca)`,
  );
  assertMatch(
    await firstLine(log),
    /^Refused a connection from 127\.0\.0\.1:\d+: it does not accept this server's certificate \(UnknownCA\)/,
  );
});

test("a client with TLS is told of a server that has none, and the server logs it", async ({ ca }) => {
  using log = logged();
  await using served = await serveEcho({}, { tls: false });
  const tls = await ca.issue("client");

  const fault = await assertRejects(() => ask(served.address, { tls }), Fault);

  assertEquals(
    fault.message,
    `Cannot reach echo at ${served.address}: it speaks no TLS, and this program does: give both a certificate, or neither`,
  );
  assertMatch(
    await firstLine(log),
    /^Refused a connection from 127\.0\.0\.1:\d+: it speaks TLS, or no HTTP\/2 at all: this server has no certificate/,
  );
});

test("a server with TLS says of who speaks no HTTP/2 just that", async ({ ca }) => {
  using log = logged();
  await using served = await serveEcho({}, { tls: await ca.issue("server") });
  const { ca: trusted, cert, key } = await ca.issue("client");
  using connection = await Deno.connectTls({
    hostname: "127.0.0.1",
    port: Number(served.address.split(":")[1]),
    caCerts: [await Deno.readTextFile(trusted)],
    cert: await Deno.readTextFile(cert),
    key: await Deno.readTextFile(key),
    alpnProtocols: ["h2"],
  });

  await connection.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));

  assertMatch(
    await firstLine(log),
    /^Refused a connection from 127\.0\.0\.1:\d+: it speaks no HTTP\/2$/,
  );
});

test("an address that others can reach needs a certificate, and no other leave", async ({ ca }) => {
  const address = "0.0.0.0:0";
  const reach = `Cannot serve on "${address}": other machines can reach it`;

  await using served = await serveEcho({}, {
    address,
    tls: await ca.issue("server"),
  });

  assert(served.address.startsWith("0.0.0.0:"));
  await assertRejects(
    () => serveEcho({}, { address, insecure: false, tls: false }),
    Fault,
    `${reach}; give it a certificate (--tls-ca, --tls-cert and --tls-key, or DENIZEN_TLS_*), or add --insecure to go without`,
  );
});

test("a unix socket goes without TLS, and with the token", async ({ folder, ca }) => {
  const token = createToken();
  await using served = await serveNames({
    address: `unix:${folder.file("echo.sock")}`,
    tls: await ca.issue("server"),
    authentication: { token },
  });
  const tls = await ca.issue("client");

  assertEquals(
    await ask(served.address, { tls, token }),
    `nobody Bearer ${token}`,
  );
});

test("serve() and connect() use the files that flags name", async ({ ca }) => {
  const flagsOf = async (name: string) => {
    const { ca: authority, cert, key } = await ca.issue(name);
    return { "tls-ca": authority, "tls-cert": cert, "tls-key": key };
  };
  try {
    useTls({ ...await flagsOf("server"), allow: "client, supervisor" });
    await using served = await serveNames({});
    useTls(await flagsOf("client"));
    assertEquals(await ask(served.address, {}), "client");

    useTls(await flagsOf("stranger"));
    using _log = logged();
    await assertRejects(() => ask(served.address, {}), Fault, "may not call");
  } finally {
    useTls(undefined);
  }
});

test("a connection that says nothing is ended", async ({ ca }) => {
  await using served = await serveEcho({}, {
    tls: await ca.issue("server"),
    handshakeMs: 1,
  });
  const { port } = new URL(`http://${served.address}`);
  for (const first of ["", "\x16", "\x16\x03\x01\x02\x00\x01"]) {
    using _log = logged();
    using connection = await Deno.connect({ port: Number(port) });
    if (first) await connection.write(new TextEncoder().encode(first));

    // Deno says so by an end, or by an error; anything else would hang.
    await connection.read(new Uint8Array(100)).catch(() => null);
  }
});
