/**
 * What every calculator client does, in whatever language: the tests of
 * processes_test.ts for programs that are built.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { type DeclareTest, testsAtOnce } from "../support/at_once.ts";
import {
  checkAnswer,
  killed,
  readAnswers,
  readUntilInTurn,
  startBuilt,
  testBuilt,
} from "../support/built_clients.ts";
import {
  startBroker,
  startCalculator,
  startRegistered,
} from "../support/calculator_system.ts";
import { spawn } from "../support/spawned.ts";
import { freeAddress } from "../support/free_ports.ts";

/**
 * Declares the tests of one client.
 *
 * @param language For the tests' names.
 * @param program The client.
 */
export function testClient(language: string, program: string): void {
  const start = (broker: string, args: string[]) =>
    startBuilt(program, broker, args);
  const declare = testsAtOnce(`a ${language} client`);
  const test: DeclareTest = (name, run) =>
    testBuilt(`a ${language} client ${name}`, [program], run, declare);

  test("calculates as often as it is told, with the servers in turn", async () => {
    await using broker = await startBroker();
    await using one = await startRegistered(broker.address);
    await using two = await startRegistered(broker.address);
    await using client = start(broker.address, [
      "--count=40",
      "--interval=5ms",
    ]);

    await readAnswers(client.stdout, 40);
    const { code } = await client.status;
    await using other = start(broker.address, ["--interval=2ms"]);
    await readUntilInTurn(other.stdout, [one.address, two.address]);

    assertEquals(code, 0);
    assertEquals(await client.stdout.rest(), "");
    assertEquals(await client.stderr.rest(), "");
  });

  test("told --once calculates once", async () => {
    await using broker = await startBroker();
    await using server = await startRegistered(broker.address);
    await using client = start(broker.address, ["--once"]);

    const { code } = await client.status;

    assertEquals(code, 0);
    assertEquals(checkAnswer(await client.stdout.rest()), server.address);
  });

  test("goes on without a word when one of two servers is killed", async () => {
    await using broker = await startBroker();
    await using one = await startRegistered(broker.address);
    await using two = await startRegistered(broker.address);
    await using client = start(broker.address, ["--interval=2ms"]);

    await readUntilInTurn(client.stdout, [one.address, two.address]);
    await killed(one);
    await readUntilInTurn(client.stdout, [two.address]);
    client.kill("SIGTERM");
    const { code } = await client.status;

    assertEquals(code, 0);
    assertEquals(await client.stderr.rest(), "");
  });

  test("waits for a killed server, says so once, and goes on with the next", async () => {
    await using broker = await startBroker();
    await using server = await startRegistered(broker.address);
    await using client = start(broker.address, ["--interval=10ms"]);

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

    assertMatch(
      waiting ?? "",
      /^Waiting for a calculator server: Cannot reach/,
    );
    assertMatch(again ?? "", /^Calculating again after \d+\.\d s$/);
    assertEquals(await client.stderr.rest(), "");
    assertEquals(code, 0);
  });

  test("does not notice that the broker is killed and restarted", async () => {
    await using broker = await startBroker();
    await using one = await startRegistered(broker.address);
    await using two = await startRegistered(broker.address);
    const servers = new Set([one.address, two.address]);
    await using client = start(broker.address, ["--interval=2ms"]);
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
    assertEquals(new Set(without), servers);
    assertEquals(new Set(after), servers);
  });

  test("finds a server that starts after a restart of the broker", async () => {
    await using broker = await startBroker();
    await using one = await startRegistered(broker.address);
    await using client = start(broker.address, ["--interval=2ms"]);
    await readAnswers(client.stdout, 5);

    await killed(broker);
    await using _restarted = await startBroker(broker.address);
    await one.stderr.find(/^Registered .* again$/);
    await using two = await startRegistered(broker.address);
    await killed(one);
    await client.stdout.find(new RegExp(`${two.address}\\)$`));
    client.kill("SIGTERM");

    assertEquals((await client.status).code, 0);
  });

  test("goes on with the last known address while the broker is away", async () => {
    await using broker = await startBroker();
    await using server = await startRegistered(broker.address);
    await using client = start(broker.address, ["--interval=10ms"]);
    await readAnswers(client.stdout, 5);

    await killed(broker);
    await killed(server);
    await client.stderr.find(/^Waiting/);
    await using _again = await startCalculator(broker.address, {
      address: server.address,
    });
    await client.stderr.find(/^Calculating again/);
    const addresses = await readAnswers(client.stdout, 5);

    assertEquals(new Set(addresses), new Set([server.address]));
  });

  test("that starts first waits for broker and server", async () => {
    const brokerAddress = freeAddress();
    await using client = start(brokerAddress, ["--once"]);

    const waiting = await client.stderr.next();
    await using broker = await startBroker(brokerAddress);
    await using server = await startCalculator(broker.address);
    const line = await client.stdout.next();

    assertMatch(waiting ?? "", /^Waiting .* Cannot reach the broker at/);
    assertEquals(checkAnswer(line), server.address);
  });

  for (
    const [signal, wanted] of [["SIGTERM", 0], ["SIGINT", 130]] as const
  ) {
    test(`that waits exits with ${wanted} on ${signal}`, async () => {
      await using client = start(freeAddress(), []);
      await client.stderr.find(/^Waiting/);

      client.kill(signal);
      const { code } = await client.status;

      assertEquals(code, wanted);
    });

    test(`that calculates exits with ${wanted} on ${signal}`, async () => {
      await using broker = await startBroker();
      await using _server = await startRegistered(broker.address);
      await using client = start(broker.address, ["--interval=1h"]);
      await readAnswers(client.stdout, 1);

      client.kill(signal);
      const { code } = await client.status;

      assertEquals(code, wanted);
      assertEquals(await client.stderr.rest(), "");
    });
  }

  test("waits between calculations also for longer than a clock counts", async () => {
    await using broker = await startBroker();
    await using _server = await startRegistered(broker.address);
    await using client = start(broker.address, [
      "--count=2",
      "--interval=3000000h",
    ]);
    await readAnswers(client.stdout, 1);

    // Time for thousands of answers, to whoever does not wait.
    await using other = start(broker.address, ["--count=50", "--interval=2ms"]);
    await other.status;
    client.kill("SIGTERM");
    const { code } = await client.status;

    assertEquals(code, 0);
    assertEquals(await client.stdout.rest(), "");
  });

  test("ends well when nobody reads its answers any more", async () => {
    await using broker = await startBroker();
    await using _server = await startRegistered(broker.address);
    const script =
      `set -o pipefail; ${program} --broker=${broker.address} --interval=10ms | head -n 1`;
    await using piped = spawn("bash", ["-c", script]);

    const { code } = await piped.status;

    assertEquals(code, 0);
    checkAnswer(await piped.stdout.rest());
    assertEquals(await piped.stderr.rest(), "");
  });
}
