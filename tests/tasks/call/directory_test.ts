import { assertEquals, assertRejects } from "@std/assert";
import { Failure, Fault } from "../../../runtime/program/errors.ts";
import { directoryAt, findServer } from "../../../tasks/call/directory.ts";
import type { DescribedService, Server } from "../../../tasks/call/server.ts";

/** A server that says this when it is asked for a service. */
function serverAt(address: string, error?: Error): Server {
  return {
    address,
    describe: () =>
      error ? Promise.reject(error) : Promise.resolve({} as DescribedService),
  } as unknown as Server;
}

function directoryOf(...servers: Server[]) {
  return {
    services: ["a.A"],
    serversOf: () => servers,
    where: "here",
    remedy: "",
  };
}

const GONE = new Fault("unavailable", "gone");

Deno.test("findServer() goes on to the next instance where one is gone", async () => {
  const directory = directoryOf(serverAt("1", GONE), serverAt("2"));

  const { server } = await findServer(directory, "a.A");

  assertEquals(server.address, "2");
});

Deno.test("findServer() says why where every instance is gone", async () => {
  const directory = directoryOf(serverAt("1", GONE), serverAt("2", GONE));

  await assertRejects(() => findServer(directory, "a.A"), Fault, "gone");
});

Deno.test("findServer() asks no other for what one has answered", async () => {
  const without = new Failure("no reflection");
  const directory = directoryOf(serverAt("1", without), serverAt("2"));

  await assertRejects(
    () => findServer(directory, "a.A"),
    Failure,
    "no reflection",
  );
});

Deno.test("directoryAt() leaves out reflection, and what is no name", async () => {
  const server = {
    ...serverAt("1"),
    services: () =>
      Promise.resolve([
        "a.A",
        "bad\nname",
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
        "\u001b[2J",
      ]),
  };

  const { services } = await directoryAt(server);

  assertEquals(services, ["a.A", "grpc.health.v1.Health"]);
});
