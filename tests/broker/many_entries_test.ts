/**
 * 100,000 entries, and who reads them: our clients in three languages, and
 * foreign ones with the limits that gRPC has by default.
 */

import { assert, assertEquals, assertLess } from "@std/assert";
import {
  connectService,
  listServices,
  watchServices,
} from "../../broker/client.ts";
import { calculatorService } from "../../calculator/service.ts";
import {
  CALCULATOR_SERVICE,
  CalculatorService,
} from "../../proto/calculator/contract.ts";
import { serve } from "../../runtime/rpc/serve.ts";
import type { DeclareTest } from "../support/at_once.ts";
import { startBroker } from "../support/broker_here.ts";
import {
  checkAnswer,
  CPP_CLIENT,
  RUST_CLIENT,
  startBuilt,
  testBuilt,
  testWhere,
} from "../support/built_clients.ts";
import { grpcurl, testGrpcurl } from "../support/grpcurl.ts";
import { NO_PYTHON, PYTHON } from "../support/python.ts";
import { spawn } from "../support/spawned.ts";

const ENTRIES = 100_000;
const MIB = 1_024 * 1_024;

/** Where the broker is that holds them all. */
let broker = "";
/** Where the calculator is that the first of them names. */
let server = "";
/** What the others name; nobody listens there. */
const NOBODY = "127.0.0.1:1";

const readers: Parameters<DeclareTest>[] = [];
const declare: DeclareTest = (...reader) => void readers.push(reader);

declare("listServices() reads every page", async () => {
  const entries = await listServices(broker);

  assertEquals(entries.length, ENTRIES);
  assertEquals(entries[0]?.instance, nameOf(0));
  assertEquals(entries.at(-1)?.instance, nameOf(ENTRIES - 1));
});

declare("watchServices() begins with the whole snapshot", async () => {
  const stop = new AbortController();
  const events = watchServices({ broker, signal: stop.signal });

  const { value } = await events.next();
  stop.abort();
  await events.return(undefined);

  assert(value.kind === "snapshot");
  assertEquals(value.entries.length, ENTRIES);
});

declare("connectService() finds the server", async () => {
  const calculator = connectService(CALCULATOR_SERVICE, broker);

  const { result } = await calculator.unary(CalculatorService.Calculate, {
    operand1: 6,
    operand2: 7,
    operation: "OPERATION_MULTIPLY",
  });
  calculator.close();

  assertEquals(result, 42);
});

for (
  const [language, client] of [["Rust", RUST_CLIENT], [
    "C++",
    CPP_CLIENT,
  ]] as const
) {
  testBuilt(`the ${language} client finds the server`, [client], async () => {
    await using calculating = startBuilt(client, broker, ["--once"]);

    const { code } = await calculating.status;

    assertEquals(await calculating.stderr.rest(), "");
    assertEquals(code, 0);
    assertEquals(checkAnswer(await calculating.stdout.next()), server);
  }, declare);
}

testWhere(
  "a client in Python reads them all, in messages of at most 1 MiB",
  NO_PYTHON,
  async () => {
    await using tool = spawn(PYTHON!, [
      "tests/fixtures/reads_everything.py",
      broker,
      CALCULATOR_SERVICE,
    ]);

    const { code } = await tool.status;
    const printed = await tool.stdout.rest();

    assertEquals(await tool.stderr.rest(), "");
    assertEquals(code, 0);
    const { largest, ...found } = JSON.parse(printed);
    assertEquals(found, {
      list: ENTRIES,
      resolve: ENTRIES,
      watch: ENTRIES,
      inOrder: true,
    });
    assertLess(largest, MIB + 1);
  },
  declare,
);

testGrpcurl(
  "grpcurl reads the first page, and where the next begins",
  async () => {
    const { code, stdout, stderr } = await grpcurl(broker, [
      "broker.v1.BrokerService/List",
    ]);

    assertEquals([code, stderr], [0, ""]);
    const { entries, nextPageToken } = JSON.parse(stdout);
    assert(entries.length > 0 && entries.length < ENTRIES);
    assert(nextPageToken.length > 0);
  },
  declare,
);

Deno.test("100,000 registered entries are read by all clients", async (test) => {
  await using registering = await startBroker();
  const calculator = await serve({
    address: "127.0.0.1:0",
    services: { [CALCULATOR_SERVICE]: calculatorService() },
  });
  broker = registering.address;
  server = calculator.address;
  // Not over the wire: that alone would take longer than all that is tested.
  for (let number = 0; number < ENTRIES; number++) {
    await registering.registry.add({
      service: CALCULATOR_SERVICE,
      instance: nameOf(number),
      // Whoever knows the last part only finds nobody.
      address: number === 0 ? server : NOBODY,
      version: "1.0.0",
      metadata: { language: "typescript" },
    }, "the test");
  }

  for (const [name, read] of readers) await test.step(name, read);

  await calculator.stop(0);
});

/** Names that sort as their numbers do. */
function nameOf(number: number): string {
  return `instance-${String(number).padStart(6, "0")}`;
}
