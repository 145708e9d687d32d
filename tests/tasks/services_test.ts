import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { UsageError } from "../../runtime/program/errors.ts";
import { services } from "../../tasks/services.ts";
import { testsAtOnce } from "../support/at_once.ts";
import {
  startBroker,
  startRegistered,
  startTask,
} from "../support/calculator_system.ts";
import { createTestCa } from "../support/certificates.ts";
import { freeAddress } from "../support/free_ports.ts";
import { tempFolder } from "../support/temp_folder.ts";

const test = testsAtOnce("services");

function entryAt(address: string) {
  return {
    service: "calculator.v1.CalculatorService",
    instance: address,
    address,
    version: "1.0.0",
    metadata: { language: "typescript" },
  };
}

test("services --json prints one document with every entry", async () => {
  await using broker = await startBroker();
  await using server = await startRegistered(broker.address);
  await using task = startTask(
    "services",
    "--json",
    `--broker=${broker.address}`,
  );

  const { code } = await task.status;

  assertEquals(code, 0);
  assertEquals(JSON.parse(await task.stdout.rest()), [entryAt(server.address)]);
  assertEquals(await task.stderr.rest(), "");
});

test("services prints a table", async () => {
  await using broker = await startBroker();
  await using server = await startRegistered(broker.address);
  await using task = startTask("services", `--broker=${broker.address}`);

  const printed = await task.stdout.rest();

  assertEquals(printed.split("\n").map((line) => line.split(/ {2,}/)), [
    ["SERVICE", "INSTANCE", "ADDRESS", "VERSION", "METADATA"],
    [
      "calculator.v1.CalculatorService",
      server.address,
      server.address,
      "1.0.0",
      "language=typescript",
    ],
  ]);
});

test("services says so when nothing is registered", async () => {
  await using broker = await startBroker();
  await using task = startTask("services", `--broker=${broker.address}`);

  assertEquals(await task.stdout.rest(), "No service is registered");
});

test("services --watch --json prints one line a change, over a restart of the broker", async () => {
  // Of a port of the system's choice a connection could get hold meanwhile.
  await using broker = await startBroker(freeAddress());
  await using task = startTask(
    "services",
    "--watch",
    "--json",
    `--broker=${broker.address}`,
  );
  const next = async () => JSON.parse(await task.stdout.next() ?? "null");

  const empty = await next();
  await using server = await startRegistered(broker.address);
  const put = await next();
  broker.kill("SIGKILL");
  await broker.status;
  const waiting = await task.stderr.next();
  await using _restarted = await startBroker(broker.address);
  const snapshot = await next();
  await server.stderr.find(/^Registered .* again$/);
  // The server registers before or after the watch is open again.
  const again = snapshot.services[0] ?? await next();
  server.kill("SIGKILL");
  const removed = await next();

  const entry = entryAt(server.address);
  assertEquals(empty, { kind: "snapshot", revision: 0, services: [] });
  assertEquals(put, { kind: "put", revision: 1, ...entry });
  assertMatch(waiting ?? "", /^Waiting for the broker: Cannot reach/);
  assertEquals(snapshot.kind, "snapshot");
  assertEquals(again.address, server.address);
  assertEquals(removed, { kind: "removed", revision: 2, ...entry });
});

test("services --watch prints the table and then a line a change", async () => {
  await using broker = await startBroker();
  await using task = startTask(
    "services",
    "--watch",
    `--broker=${broker.address}`,
  );

  const first = await task.stdout.next();
  await using server = await startRegistered(broker.address);
  const put = await task.stdout.next();
  server.kill("SIGKILL");
  const removed = await task.stdout.next();

  const what =
    `calculator.v1.CalculatorService ${server.address} ${server.address} 1.0.0`;
  assertEquals(first, "No service is registered");
  assertEquals([put, removed], [`+ ${what}`, `- ${what}`]);
});

for (const words of [["services"], ["call"], ["calculate", "6", "x", "7"]]) {
  test(`${words[0]} asks the second broker where the first is down`, async () => {
    await using broker = await startBroker();
    await using _server = await startRegistered(broker.address);
    await using task = startTask(
      ...words,
      `--broker=${freeAddress()},${broker.address}`,
    );

    const { code } = await task.status;

    assertEquals(await task.stderr.rest(), "");
    assertEquals(code, 0);
    const printed = await task.stdout.rest();
    assertMatch(printed, /calculator\.v1\.|^6 x 7 = 42 /m);
    assertEquals(printed.includes("Cannot"), false, printed);
  });
}

test("services says what to start when no broker answers", async () => {
  const address = freeAddress();
  await using task = startTask("services", `--broker=${address}`);

  const { code } = await task.status;

  assertEquals(code, 1);
  assertEquals(
    await task.stderr.rest(),
    `Cannot list services: no broker answers at ${address}; name another with --broker, or start one: it is a service of the config, as in "deno task supervise broker" here`,
  );
});

for (const words of [["services"], ["call"], ["calculate", "6", "x", "7"]]) {
  test(`${words[0]} says that the broker is there, and speaks no TLS`, async () => {
    await using folder = await tempFolder();
    const ca = await createTestCa(folder.path);
    const tls = await ca.issue("client");
    await using broker = await startBroker();
    await using task = startTask(
      ...words,
      `--broker=${freeAddress()},${broker.address}`,
      ...Object.entries(tls).map(([part, file]) => `--tls-${part}=${file}`),
    );

    const { code } = await task.status;

    assertEquals(code, 1);
    assertMatch(
      await task.stderr.rest(),
      new RegExp(
        `^Cannot .*: the broker at ${broker.address} cannot be talked to: it speaks no TLS, and this program does: give both a certificate, or neither$`,
      ),
    );
  });
}

test("services() refuses a flag that it does not have", async () => {
  await assertRejects(() => services(["--jsn"]), UsageError);
});
