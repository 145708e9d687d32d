import { assertEquals, assertRejects } from "@std/assert";
import { Fault } from "../../../runtime/program/errors.ts";
import { HealthService } from "../../../runtime/rpc/health.ts";
import { connectEcho, serveEcho } from "../../fixtures/echo_service.ts";

const { Check, List, Watch } = HealthService;
const ECHO = "echo.v1.EchoService";

Deno.test("Check answers for the server and for each of its services", async () => {
  await using server = await serveEcho();
  using client = connectEcho(server.address);

  const before = await Promise.all(
    ["", ECHO].map((service) => client.unary(Check, { service })),
  );
  server.setHealth(ECHO, "NOT_SERVING");
  const after = await Promise.all(
    ["", ECHO].map((service) => client.unary(Check, { service })),
  );

  assertEquals(before.map(({ status }) => status), ["SERVING", "SERVING"]);
  assertEquals(after.map(({ status }) => status), ["SERVING", "NOT_SERVING"]);
});

Deno.test("Check does not know a service that is not there", async () => {
  await using server = await serveEcho();
  using client = connectEcho(server.address);

  const fault = await assertRejects(
    () => client.unary(Check, { service: "nobody" }),
    Fault,
  );

  assertEquals([fault.code, fault.message], [
    "not_found",
    `Cannot check service "nobody": this server has ${ECHO}`,
  ]);
});

Deno.test("List names everything", async () => {
  await using server = await serveEcho();
  using client = connectEcho(server.address);

  const { statuses } = await client.unary(List, {});

  assertEquals(statuses, {
    "": { status: "SERVING" },
    [ECHO]: { status: "SERVING" },
  });
});

Deno.test("Watch tells the state, then each change, and that the server leaves", async () => {
  const server = await serveEcho();
  using client = connectEcho(server.address);
  const watch = client.serverStream(Watch, { service: ECHO });
  const next = async () => (await watch.next()).value?.status;

  assertEquals(await next(), "SERVING");
  server.setHealth(ECHO, "NOT_SERVING");
  assertEquals(await next(), "NOT_SERVING");
  server.setHealth("", "NOT_SERVING"); // no news for this watcher
  server.setHealth(ECHO, "SERVING");
  assertEquals(await next(), "SERVING");
  await server.stop();
  assertEquals(await next(), "NOT_SERVING");
  const fault = await assertRejects(next, Fault);
  assertEquals([fault.code, fault.message], [
    "unavailable",
    `Cannot reach echo at ${server.address}: the server is stopping`,
  ]);
});

Deno.test("Watch says nothing twice when it stops while it is not healthy", async () => {
  const server = await serveEcho();
  using client = connectEcho(server.address);
  server.setHealth(ECHO, "NOT_SERVING");
  const watch = client.serverStream(Watch, { service: ECHO });
  const next = async () => (await watch.next()).value?.status;

  assertEquals(await next(), "NOT_SERVING");
  await server.stop();
  assertEquals((await assertRejects(next, Fault)).code, "unavailable");
});

Deno.test("Watch waits for a service that is not there", async () => {
  await using server = await serveEcho();
  using client = connectEcho(server.address);
  const watch = client.serverStream(Watch, { service: "later" });

  assertEquals((await watch.next()).value?.status, "SERVICE_UNKNOWN");
  server.setHealth("later", "SERVING");
  assertEquals((await watch.next()).value?.status, "SERVING");
  await watch.return?.();
});
