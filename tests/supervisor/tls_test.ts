/**
 * Services with certificates under a real supervisor: checked, called, renewed.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { createTestCa } from "../support/certificates.ts";
import { freePorts } from "../support/free_ports.ts";
import { createWorkspace } from "../support/supervised.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

Deno.test("services with tls are healthy, called by name, and renewed by a reload", async () => {
  const healthcheck = { grpc: "self", interval: "100ms", timeout: "5s" };
  await using workspace = await createWorkspace({
    broker: {
      script: join(ROOT, "broker/main.ts"),
      port: freePorts(1),
      args: ["--address=${self.address}"],
      permissions: { net: ["self"] },
      healthcheck,
    },
    server: {
      script: join(ROOT, "calculator/server.ts"),
      port: freePorts(1),
      args: ["--address=${self.address}", "--broker=${broker.address}"],
      permissions: { net: ["self", "broker"] },
      depends_on: { broker: { condition: "service_healthy" } },
      healthcheck,
      allow: ["asker"],
    },
    asker: {
      script: join(ROOT, "calculator/client.ts"),
      args: ["--broker=${broker.address}", "--interval=50ms"],
      permissions: { net: ["broker", "server"] },
      depends_on: { server: { condition: "service_healthy" } },
    },
  }, {
    top: {
      tls: {
        ca: "ca.pem",
        cert: "${service}.pem",
        key: "${service}-key.pem",
      },
    },
  });
  // Made before anything is started; none of them is there yet.
  const before = await workspace.run("supervise", "--dry-run");
  assertEquals(before.code, 2);
  assertMatch(
    before.stderr,
    /services\.server\.tls: file ".*server\.pem" does not exist; deno task certificates makes it/,
  );
  const ca = await createTestCa(workspace.folder);
  for (const name of ["broker", "server", "asker", "supervisor", "client"]) {
    await ca.issue(name);
  }

  const supervised = workspace.supervise();
  await supervised.said(/asker \| .* = /);

  await ca.issue("server", { days: 2 });
  const { stdout, code } = await workspace.run("reload");
  assertEquals(code, 0, stdout);
  await supervised.said(/server: is told by SIGHUP/);
  await supervised.said(/server \| Uses the certificate of "server"/);

  // Nobody's certificate but asker's is let in, the user's own neither.
  const refused = await workspace.run("calculate", "6", "x", "7");
  assertMatch(refused.stderr, /"client" may not call server/);
  const listed = await workspace.run("services", "--json");
  assertEquals(JSON.parse(listed.stdout).length, 1, listed.stderr);

  // A wrong one is told in words, and the service does not come up with it.
  await Deno.writeTextFile(join(workspace.folder, "server.pem"), "");
  await workspace.run("restart", "server");
  await supervised.said(
    /server: could not start: Cannot use ".*server\.pem" \(--tls-cert\) for TLS: it has no certificate/,
  );
});
