/** The Rust client and server as processes, against our broker. */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { listServices } from "../../broker/client.ts";
import { CalculatorService } from "../../proto/calculator/contract.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { connect, type Connection } from "../../runtime/rpc/connect.ts";
import { HealthService } from "../../runtime/rpc/health.ts";
import { type DeclareTest, testsAtOnce } from "../support/at_once.ts";
import {
  killed,
  readUntilInTurn,
  RUST_CLIENT,
  RUST_SERVER,
  startRegisteredRustServer,
  startRustServer,
  testBuilt,
} from "../support/built_clients.ts";
import {
  startBroker,
  startCalculator,
  startClient,
  startRegistered,
} from "../support/calculator_system.ts";
import { spawn } from "../support/spawned.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { testClient } from "./client_behaviour.ts";
import { freeAddress } from "../support/free_ports.ts";

testClient("Rust", RUST_CLIENT);

const declare = testsAtOnce("a Rust server");
const test: DeclareTest = (name, run) =>
  testBuilt(`a Rust server ${name}`, [RUST_SERVER], run, declare);

test("shares the calls of one client with a TypeScript server", async () => {
  await using broker = await startBroker();
  await using rust = await startRegisteredRustServer(broker.address);
  await using typescript = await startRegistered(broker.address);
  const servers = [rust.address, typescript.address];
  await using client = startClient(broker.address, servers, ["--interval=2ms"]);

  await readUntilInTurn(client.stdout, servers);
});

test("is registered with its language and instance", async () => {
  await using broker = await startBroker();
  await using server = await startRustServer(broker.address, {
    args: ["--instance=rust-1"],
  });
  const line = await server.stderr.next();

  const [entry] = await listServices(broker.address);

  assertEquals(
    line,
    `Registered "calculator.v1.CalculatorService" instance "rust-1" at ${server.address}`,
  );
  const { registeredMs: _, ...written } = entry!;
  assertEquals(written, {
    service: "calculator.v1.CalculatorService",
    instance: "rust-1",
    address: server.address,
    version: "1.0.0",
    metadata: { language: "rust" },
  });
});

test("registers again with a broker that was killed, and serves meanwhile", async () => {
  await using broker = await startBroker();
  await using server = await startRegisteredRustServer(broker.address);

  await killed(broker);
  const waiting = await server.stderr.next();
  const meanwhile = await asking(server.address, multiply);
  await using _restarted = await startBroker(broker.address);
  const again = await server.stderr.next();
  const entries = await listServices(broker.address);

  assertMatch(waiting ?? "", /^Waiting to register .* Cannot reach the broker/);
  assertEquals(meanwhile.result, 42);
  assertMatch(again ?? "", /^Registered .* again$/);
  assertEquals(entries.map(({ address }) => address), [server.address]);
});

test("waits for the holder of its instance to end, and then registers", async () => {
  await using broker = await startBroker();
  const args = ["--instance=same"];
  await using holder = await startRegistered(broker.address, { args });

  await using server = await startRustServer(broker.address, { args });
  const waiting = await server.stderr.next();
  await killed(holder);
  const registered = await server.stderr.next();

  const what = `"calculator.v1.CalculatorService" instance "same" at`;
  assertMatch(
    waiting ?? "",
    new RegExp(
      `^Waiting to register ${what} ${server.address}: 127\\.0\\.0\\.1:\\d+ holds the instance for ${holder.address} since \\S+Z; stop that one, or take another instance name$`,
    ),
  );
  assertEquals(registered, `Registered ${what} ${server.address} again`);
});

for (const [signal, wanted] of [["SIGTERM", 0], ["SIGINT", 130]] as const) {
  test(`leaves the broker and exits with ${wanted} on ${signal}`, async () => {
    await using broker = await startBroker();
    await using server = await startRegisteredRustServer(broker.address);

    server.kill(signal);
    const { code } = await server.status;

    assertEquals(code, wanted);
    assertEquals(await listServices(broker.address), []);
    assertEquals(await server.stderr.rest(), "");
  });

  test(`that waits for the broker exits with ${wanted} on ${signal}`, async () => {
    await using server = await startRustServer(freeAddress());
    await server.stderr.find(/^Waiting/);

    server.kill(signal);
    const { code } = await server.status;

    assertEquals(code, wanted);
  });
}

for (
  const [args, wanted, message] of [
    [["--address=0.0.0.0:0"], 2, /other machines can reach it/],
    [["--address=5555"], 2, /expected host:port/],
    [["--adress=a:1"], 2, /did you mean "--address"/],
    [["--instance="], 2, /--instance: it needs a value/],
  ] as const
) {
  test(`refuses ${args.join(" ")}`, async () => {
    await using server = spawn(RUST_SERVER, [...args]);

    const { code } = await server.status;

    assertEquals(code, wanted);
    assertMatch(await server.stderr.rest(), message);
  });
}

test("refuses an address that is taken", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `127.0.0.1:${listener.addr.port}`;
  await using server = spawn(RUST_SERVER, [`--address=${address}`]);

  const { code } = await server.status;

  assertEquals(code, 1);
  assertEquals(
    await server.stderr.rest(),
    `Cannot serve on "${address}": another process listens there`,
  );
});

test("takes over the unix socket of a server that was killed, and removes its own", async () => {
  await using folder = await tempFolder();
  const address = `unix:${folder.file("calculator.sock")}`;
  const broker = freeAddress();
  await using first = await startRustServer(broker, { address });
  await killed(first);

  await using second = await startRustServer(broker, { address });
  const { result } = await asking(second.address, multiply);
  second.kill("SIGTERM");
  const { code } = await second.status;

  assertEquals(result, 42);
  assertEquals(code, 0);
  assertEquals(await folder.names(), []);
});

test("leaves the unix socket of a running server alone", async () => {
  await using folder = await tempFolder();
  const address = `unix:${folder.file("calculator.sock")}`;
  await using first = await startRustServer(freeAddress(), { address });
  await using second = spawn(RUST_SERVER, [`--address=${address}`]);

  const { code } = await second.status;
  const { result } = await asking(first.address, multiply);

  assertEquals(code, 1);
  assertEquals(
    await second.stderr.rest(),
    `Cannot serve on "${address}": another process listens there`,
  );
  assertEquals(result, 42);
});

test("does not remove a file that is no socket", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("notes"), "mine");
  const address = `unix:${folder.file("notes")}`;
  await using server = spawn(RUST_SERVER, [`--address=${address}`]);

  const { code } = await server.status;

  assertEquals(code, 1);
  assertEquals(
    await server.stderr.rest(),
    `Cannot serve on "${address}": the file there is not a socket`,
  );
  assertEquals(await Deno.readTextFile(folder.file("notes")), "mine");
});

for (const service of ["", "calculator.v1.CalculatorService"]) {
  test(`is healthy as "${service}" only once it is registered`, async () => {
    const broker = freeAddress();
    await using server = await startRustServer(broker);

    await using cleanup = new AsyncDisposableStack();
    const statuses = await asking(server.address, async (connection) => {
      const seen: string[] = [];
      const watch = connection.serverStream(HealthService.Watch, { service });
      for await (const { status } of watch) {
        seen.push(status);
        if (status === "SERVING") return seen;
        cleanup.use(await startBroker(broker));
      }
      return seen;
    });

    assertEquals(statuses, ["NOT_SERVING", "SERVING"]);
  });
}

test("refuses with the very words of a TypeScript server", async () => {
  const broker = freeAddress();
  await using rust = await startRustServer(broker);
  await using typescript = await startCalculator(broker);
  const refused = (address: string, request: object) =>
    asking(address, async (connection) => {
      const { code, message } = await assertRejects(
        () => connection.unary(CalculatorService.Calculate, request),
        Fault,
      );
      return `${code}: ${message}`;
    });

  for (
    const request of [
      { operand1: 7, operand2: 0, operation: "OPERATION_DIVIDE" },
      { operand1: 0.1 + 0.2, operand2: -0, operation: "OPERATION_DIVIDE" },
      { operand1: 7, operand2: 1 },
      { operand1: NaN, operand2: 1, operation: "OPERATION_ADD" },
      { operand1: 1, operand2: -Infinity, operation: "OPERATION_ADD" },
      { operand1: 1e308, operand2: 10, operation: "OPERATION_MULTIPLY" },
      { operand1: 1.5e300, operand2: 1e-300, operation: "OPERATION_DIVIDE" },
    ]
  ) {
    assertEquals(
      await refused(rust.address, request),
      await refused(typescript.address, request),
    );
  }
});

/** Asks 6 x 7. */
function multiply(connection: Connection) {
  return connection.unary(CalculatorService.Calculate, {
    operand1: 6,
    operand2: 7,
    operation: "OPERATION_MULTIPLY",
  });
}

/** Connects for as long as `ask` takes. */
async function asking<Result>(
  address: string,
  ask: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = connect(address);
  try {
    return await ask(connection);
  } finally {
    connection.close();
  }
}
