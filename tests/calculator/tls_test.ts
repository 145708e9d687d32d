/**
 * The calculator's programs with certificates: through the broker, in their
 * sandboxes, with the files renewed under them.
 */

import { assertEquals, assertMatch } from "@std/assert";
import {
  sandbox,
  startBroker,
  startClient,
  startRegistered,
} from "../support/calculator_system.ts";
import { createTestCa } from "../support/certificates.ts";
import { spawnScript } from "../support/spawned.ts";
import { tempFolder } from "../support/temp_folder.ts";

Deno.test("the calculator's programs find and call each other with certificates, renewed by SIGHUP", async () => {
  await using folder = await tempFolder();
  const ca = await createTestCa(folder.path);
  const tls = await ca.issue("calculator-server");
  await using broker = await startBroker(undefined, {
    tls: await ca.issue("broker"),
  });
  await using server = await startRegistered(broker.address, {
    tls,
    args: ["--allow=calculator-client"],
  });
  const asks = (as: string, args: string[]) =>
    ca.issue(as).then((tls) =>
      startClient(broker.address, [server.address], args, { tls })
    );
  await using client = await asks("calculator-client", ["--interval=20ms"]);
  assertMatch((await client.stdout.next()) ?? "", / = /);

  // Wrong first, then right.
  await Deno.writeTextFile(tls.cert, "");
  server.kill("SIGHUP");
  assertMatch(
    await server.stderr.find(/Goes on with/),
    /^Cannot use ".*calculator-server\.pem" \(--tls-cert\) for TLS: it has no certificate/,
  );
  await ca.issue("calculator-server", { days: 2 });
  server.kill("SIGHUP");
  await server.stderr.find(
    /^Uses the certificate of "calculator-server", valid until/,
  );
  assertMatch((await client.stdout.next()) ?? "", / = /);

  await using fresh = await asks("calculator-client", ["--once"]);
  assertEquals((await fresh.status).code, 0);

  await using stranger = await asks("stranger", ["--once"]);
  assertMatch(
    await stranger.stderr.find(/may not call/),
    /"stranger" may not call this server: those who may are calculator-client/,
  );
  await server.stderr.find(
    /^Refused \/calculator\.v1\..* from 127\.0\.0\.1:\d+: "stranger" may not call/,
  );
  client.kill("SIGTERM");
  assertEquals(await client.stderr.rest(), "");
});

for (
  const [args, message] of [
    [
      ["--tls-ca=ca.pem"],
      "Cannot use TLS: --tls-cert (DENIZEN_TLS_CERT) and --tls-key (DENIZEN_TLS_KEY) are missing; give all three files or none",
    ],
    [
      ["--tls-ca=/absent/ca.pem", "--tls-cert=b.pem", "--tls-key=c.pem"],
      'Cannot use "/absent/ca.pem" (--tls-ca) for TLS: this program may not read it; add --allow-read=/absent/ca.pem',
    ],
  ] as const
) {
  Deno.test(`a program refuses ${args.join(" ")}`, async () => {
    await using server = spawnScript("broker/main.ts", {
      args: ["--address=127.0.0.1:0", ...args],
      permissions: sandbox("127.0.0.1:0"),
    });

    assertEquals(await server.stderr.rest(), message);
    assertEquals((await server.status).code, 2);
  });
}
