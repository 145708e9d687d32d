import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../../runtime/program/errors.ts";
import type { TlsFiles } from "../../../../runtime/program/tls_files.ts";
import { unary } from "../../../../runtime/rpc/handlers.ts";
import { openIdentity } from "../../../../runtime/rpc/tls/identity.ts";
import { reloadAll } from "../../../../runtime/rpc/tls/own_identity.ts";
import { callerShownBy } from "../../../../runtime/rpc/tls/shown_certificate.ts";
import { serviceIn } from "../../../../runtime/rpc/tls/spiffe_name.ts";
import {
  connectEcho,
  EchoService,
  serveEcho,
} from "../../../fixtures/echo_service.ts";
import { createTestCa, type TestCa } from "../../../support/certificates.ts";
import { logged } from "../../../support/logged.ts";
import { type TempFolder, tempFolder } from "../../../support/temp_folder.ts";

for (
  const [names, service] of [
    ["URI:spiffe://denizen/parse-2, DNS:localhost", "parse-2"],
    ["DNS:localhost, URI:spiffe://denizen/parse", "parse"],
    ["DNS:localhost", undefined],
    ["", undefined],
    [undefined, undefined],
    ["URI:spiffe://elsewhere/parse", undefined],
    ["URI:spiffe://denizen/", undefined],
    ["URI:spiffe://denizen/a/b", undefined],
    ["URI:https://denizen/parse", undefined],
    ["URI:spiffe://denizen/a, URI:spiffe://denizen/b", undefined],
    ["URI:spiffe://denizen/a, URI:spiffe://elsewhere/a", undefined],
  ] as const
) {
  Deno.test(`serviceIn(${JSON.stringify(names)}) is ${service}`, () => {
    assertEquals(serviceIn(names), service);
  });
}

interface Place {
  folder: TempFolder;
  ca: TestCa;
}

/** What can be wrong with the files, and how that is said. */
const WRONG: [string, (place: Place) => Promise<TlsFiles>, string][] = [
  [
    "a file that is not there",
    async ({ ca, folder }) => ({
      ...await ca.issue("server"),
      cert: folder.file("absent.pem"),
    }),
    '"FOLDER/absent.pem" (--tls-cert) for TLS: there is no such file; deno task certificates makes it',
  ],
  [
    "a CA that is none",
    async ({ ca, folder }) => {
      const files = await ca.issue("server");
      await Deno.writeTextFile(folder.file("ca.pem"), "junk");
      return files;
    },
    '"FOLDER/ca.pem" (--tls-ca) for TLS: it has no certificate; deno task certificates makes a new one',
  ],
  [
    "a certificate that is torn",
    async ({ ca }) => {
      const files = await ca.issue("server");
      const text = await Deno.readTextFile(files.cert);
      await Deno.writeTextFile(
        files.cert,
        text.slice(0, 100) + "\n-----END CERTIFICATE-----",
      );
      return files;
    },
    '"FOLDER/server.pem" (--tls-cert) for TLS: it has no certificate; deno task certificates makes a new one',
  ],
  [
    "a key that is none",
    async ({ ca }) => {
      const files = await ca.issue("server");
      return { ...files, key: files.cert };
    },
    '"FOLDER/server.pem" (--tls-key) for TLS: it has no private key; deno task certificates makes a new one',
  ],
  [
    "a key of another",
    async ({ ca }) => ({
      ...await ca.issue("server"),
      key: (await ca.issue("client")).key,
    }),
    '"FOLDER/client-key.pem" (--tls-key) for TLS: it is not the key of FOLDER/server.pem; give both of the same service',
  ],
  [
    "a CA of another",
    async ({ ca, folder }) => {
      const other = await createTestCa(folder.path, "other");
      const files = await ca.issue("server");
      return { ...files, ca: (await other.issue("x")).ca };
    },
    '"FOLDER/server.pem" (--tls-cert) for TLS: the CA in FOLDER/other.pem has not made it; give the ca.pem that it was made with, or have deno task certificates make both',
  ],
];

for (const [what, filesOf, message] of WRONG) {
  Deno.test(`openIdentity() refuses ${what}`, async () => {
    await using folder = await tempFolder();
    const files = await filesOf({
      folder,
      ca: await createTestCa(folder.path),
    });

    assertThrows(
      () => openIdentity(files),
      UsageError,
      `Cannot use ${message.replaceAll("FOLDER", folder.path)}`,
    );
  });
}

Deno.test("openIdentity() refuses a certificate that has expired", async () => {
  await using folder = await tempFolder();
  const ca = await createTestCa(folder.path);
  const files = await ca.issue("server", { days: -1 });

  const error = assertThrows(() => openIdentity(files), UsageError);

  assert(/\(--tls-cert\) for TLS: it expired on 20/.test(error.message));
});

Deno.test("callerShownBy() says that a certificate has expired meanwhile", async () => {
  await using folder = await tempFolder();
  const ca = await createTestCa(folder.path);
  const { current } = openIdentity(await ca.issue("server"));
  const late = await ca.issue("client", { days: -1 });
  const [, base64] = (await Deno.readTextFile(late.cert)).split(/-----\n?/)
    .filter((part) => part);
  const raw = Uint8Array.fromBase64(base64!.replaceAll("\n", ""));

  const caller = callerShownBy({
    authorized: false,
    getPeerCertificate: () => ({ raw }) as never,
  }, current);

  assert(caller.kind === "refused");
  assert(
    /^has shown the certificate of "client", which expired on 20.*: deno task certificates makes a new one; compare the clocks of both machines, too$/
      .test(
        caller.reason,
      ),
  );
});

Deno.test("a reload shows the new certificate to whoever connects, and calls go on", async () => {
  using log = logged();
  await using folder = await tempFolder();
  const ca = await createTestCa(folder.path);
  const tls = await ca.issue("before", { file: "server" });
  const client = await ca.issue("client");
  const gate = Promise.withResolvers<void>();
  const called = Promise.withResolvers<void>();
  await using served = await serveEcho({
    Say: unary(async (words) => {
      if (words.text === "wait") {
        called.resolve();
        await gate.promise;
      }
      return words;
    }),
  }, { tls });
  using first = connectEcho(served.address, { tls: client });
  const answer = first.unary(EchoService.Say, { text: "wait" });
  await called.promise;

  // Another CA altogether: who trusts only that one can tell.
  const next = await createTestCa(folder.path, "next");
  const files = await next.issue("after", { file: "server" });
  await Deno.copyFile(files.ca, tls.ca);
  reloadAll();

  using second = connectEcho(served.address, {
    tls: await next.issue("other"),
  });
  assertEquals(
    (await second.unary(EchoService.Say, { text: "hi" })).text,
    "hi",
  );
  gate.resolve();
  assertEquals((await answer).text, "wait");
  assert(
    log.lines.some((line) =>
      /^Uses the certificate of "after", valid until 20/.test(line)
    ),
  );
  // The client's own files are of the CA of before.
  assert(
    log.lines.some((line) =>
      /has not made it.* Goes on with the one of before/.test(line)
    ),
  );
});

Deno.test("a reload with wrong files says so, and the old ones stay", async () => {
  using log = logged();
  await using folder = await tempFolder();
  const ca = await createTestCa(folder.path);
  const tls = await ca.issue("server");
  const client = await ca.issue("client");
  await using served = await serveEcho({}, { tls });
  await Deno.writeTextFile(tls.cert, "");
  reloadAll();

  using echo = connectEcho(served.address, { tls: client });

  assertEquals((await echo.unary(EchoService.Say, { text: "hi" })).text, "hi");
  assert(
    log.lines.some((line) =>
      line.startsWith(`Cannot use "${tls.cert}" (--tls-cert) for TLS: `) &&
      line.endsWith("Goes on with the one of before")
    ),
  );
});
