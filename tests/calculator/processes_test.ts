/**
 * Calculator clients and servers as processes, under the permissions that
 * config.yaml gives them: each may reach its own addresses and nothing else.
 */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { CalculatorService } from "../../proto/calculator/contract.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { connect } from "../../runtime/rpc/connect.ts";
import { testsAtOnce } from "../support/at_once.ts";
import {
  checkAnswer,
  killed,
  readAnswers,
  readUntilInTurn,
} from "../support/built_clients.ts";
import {
  startBroker,
  startCalculator,
  startClient,
  startRegistered,
} from "../support/calculator_system.ts";
import { freeAddress } from "../support/free_ports.ts";

const test = testsAtOnce("the calculator as processes");

test("a client calculates as often as it is told, with the servers in turn", async () => {
  await using broker = await startBroker();
  await using one = await startRegistered(broker.address);
  await using two = await startRegistered(broker.address);
  const servers = [one.address, two.address];
  await using client = startClient(broker.address, servers, [
    "--count=40",
    "--interval=5ms",
  ]);

  await readAnswers(client.stdout, 40);
  const { code } = await client.status;
  await using other = startClient(broker.address, servers, ["--interval=2ms"]);
  await readUntilInTurn(other.stdout, servers);

  assertEquals(code, 0);
  assertEquals(await client.stdout.rest(), "");
  assertEquals(await client.stderr.rest(), "");
});

test("a client told --once calculates once", async () => {
  await using broker = await startBroker();
  await using server = await startRegistered(broker.address);
  await using client = startClient(broker.address, [server.address], [
    "--once",
  ]);

  const { code } = await client.status;

  assertEquals(code, 0);
  assertEquals(checkAnswer(await client.stdout.rest()), server.address);
});

test("a client goes on without a word when one of two servers is killed", async () => {
  await using broker = await startBroker();
  await using one = await startRegistered(broker.address);
  await using two = await startRegistered(broker.address);
  const servers = [one.address, two.address];
  await using client = startClient(broker.address, servers, [
    "--interval=2ms",
  ]);

  await readUntilInTurn(client.stdout, servers);
  await killed(one);
  await readUntilInTurn(client.stdout, [two.address]);
  client.kill("SIGTERM");
  const { code } = await client.status;

  assertEquals(code, 0);
  assertEquals(await client.stderr.rest(), "");
});

test("a client waits for a killed server, says so once, and goes on with the next", async () => {
  await using broker = await startBroker();
  await using server = await startRegistered(broker.address);
  await using client = startClient(broker.address, [server.address], [
    "--interval=10ms",
  ]);

  await readAnswers(client.stdout, 5);
  await killed(server);
  const waiting = await client.stderr.next();
  await using _next = await startCalculator(broker.address, {
    address: server.address,
  });
  const again = await client.stderr.next();
  await readAnswers(client.stdout, 5);
  client.kill("SIGTERM");
  const { code } = await client.status;

  assertMatch(waiting ?? "", /^Waiting for a calculator server: Cannot reach/);
  assertMatch(again ?? "", /^Calculating again after \d+\.\d s$/);
  assertEquals(await client.stderr.rest(), "");
  assertEquals(code, 0);
});

test("a client does not notice that the broker is killed and restarted", async () => {
  await using broker = await startBroker();
  await using one = await startRegistered(broker.address);
  await using two = await startRegistered(broker.address);
  const servers = [one.address, two.address];
  await using client = startClient(broker.address, servers, [
    "--interval=2ms",
  ]);
  await readAnswers(client.stdout, 20);

  await killed(broker);
  const without = await readAnswers(client.stdout, 200);
  await using _restarted = await startBroker(broker.address);
  await Promise.all(
    [one, two].map(({ stderr }) => stderr.find(/^Registered .* again$/)),
  );
  const after = await readAnswers(client.stdout, 200);
  client.kill("SIGTERM");
  await client.status;

  assertEquals(await client.stderr.rest(), "");
  assertEquals(new Set(without), new Set(servers));
  assertEquals(new Set(after), new Set(servers));
});

test("a client finds a server that starts after a restart of the broker", async () => {
  await using broker = await startBroker();
  await using one = await startRegistered(broker.address);
  const address = freeAddress();
  await using client = startClient(broker.address, [one.address, address], [
    "--interval=2ms",
  ]);
  await readAnswers(client.stdout, 5);

  await killed(broker);
  await using _restarted = await startBroker(broker.address);
  await one.stderr.find(/^Registered .* again$/);
  await using two = await startRegistered(broker.address, { address });
  await killed(one);
  await client.stdout.find(new RegExp(`${two.address}\\)$`));
  client.kill("SIGTERM");

  assertEquals((await client.status).code, 0);
});

test("a client that starts first waits for broker and server", async () => {
  const brokerAddress = freeAddress();
  const address = freeAddress();
  await using client = startClient(brokerAddress, [address], ["--once"]);

  const waiting = await client.stderr.next();
  await using broker = await startBroker(brokerAddress);
  await using _server = await startCalculator(broker.address, { address });
  const line = await client.stdout.next();

  assertMatch(waiting ?? "", /^Waiting .* Cannot reach the broker at/);
  assertEquals(checkAnswer(line ?? ""), address);
});

for (
  const [signal, wanted] of [["SIGTERM", 0], ["SIGINT", 130]] as const
) {
  test(`a client that waits exits with ${wanted} on ${signal}`, async () => {
    await using client = startClient(freeAddress(), [], []);
    await client.stderr.find(/^Waiting/);

    client.kill(signal);
    const { code } = await client.status;

    assertEquals(code, wanted);
  });

  test(`a client that calculates exits with ${wanted} on ${signal}`, async () => {
    await using broker = await startBroker();
    await using server = await startRegistered(broker.address);
    await using client = startClient(broker.address, [server.address], []);
    await readAnswers(client.stdout, 1);

    client.kill(signal);
    const { code } = await client.status;

    assertEquals(code, wanted);
    assertEquals(await client.stderr.rest(), "");
  });
}

for (
  const [what, request, message] of [
    [
      "a division by zero",
      { operand1: 7, operand2: 0, operation: "OPERATION_DIVIDE" },
      /^Cannot divide 7: the divisor is 0$/,
    ],
    ["no operation", { operand1: 7, operand2: 1 }, /OPERATION_UNSPECIFIED/],
    ["an operation that it does not know", { operation: 9 }, /operation "9"/],
  ] as const
) {
  test(`a server refuses ${what} as INVALID_ARGUMENT, and serves on`, async () => {
    await using broker = await startBroker();
    await using server = await startCalculator(broker.address);
    const connection = connect(server.address);
    using _closed = { [Symbol.dispose]: connection.close };

    const fault = await assertRejects(
      () =>
        connection.unary(
          CalculatorService.Calculate,
          request as Parameters<
            typeof CalculatorService.Calculate.requestSerialize
          >[0],
        ),
      Fault,
    );
    const { result } = await connection.unary(CalculatorService.Calculate, {
      operand1: 6,
      operand2: 7,
      operation: "OPERATION_MULTIPLY",
    });

    assertEquals(fault.code, "invalid");
    assertMatch(fault.message, message);
    assertEquals(result, 42);
  });
}
