import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { connectService } from "../../broker/client.ts";
import { createMemoryRegistry } from "../../broker/memory_registry.ts";
import type { Registry } from "../../broker/registry.ts";
import { brokerService } from "../../broker/service.ts";
import { BROKER_SERVICE } from "../../proto/broker/contract.ts";
import {
  CALCULATOR_SERVICE,
  CalculatorService,
} from "../../proto/calculator/contract.ts";
import { calculatorService } from "../../calculator/service.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { serve } from "../../runtime/rpc/serve.ts";
import { createToken } from "../../runtime/rpc/token.ts";
import { sandbox } from "../support/calculator_system.ts";
import { spawnScript } from "../support/spawned.ts";
import { freeAddress } from "../support/free_ports.ts";

Deno.test("connectService() says where it looked in words, and not as a target of gRPC's", async () => {
  const broker = freeAddress();
  const calculator = connectService(CALCULATOR_SERVICE, broker);

  const { code, message } = await assertRejects(
    () => calculator.unary(CalculatorService.Calculate, {}),
    Fault,
  );

  assertEquals(code, "unavailable");
  assertMatch(
    message,
    new RegExp(
      `^Cannot reach ${CALCULATOR_SERVICE} through the broker at ${broker}: `,
    ),
  );
  calculator.close();
});

Deno.test("connectService() says at once, in the broker's words, that the broker does not let it in", async () => {
  const broker = await serve({
    address: "127.0.0.1:0",
    services: { [BROKER_SERVICE]: brokerService(createMemoryRegistry()) },
    authentication: { token: createToken(), name: "broker" },
  });
  const calculator = connectService(CALCULATOR_SERVICE, broker.address);

  const { code, message } = await assertRejects(
    () => calculator.unary(CalculatorService.Calculate, {}),
    Fault,
  );

  assertEquals(code, "unauthenticated");
  assertMatch(message, /^broker wants this run's token and was called without/);
  calculator.close();
  await broker.stop(0);
});

Deno.test("a server names what it needs when it refuses an address", async () => {
  await using server = spawnScript("calculator/server.ts", {
    args: ["--address=0.0.0.0:0"],
    permissions: sandbox("0.0.0.0:0"),
  });

  const { code } = await server.status;

  assertEquals(code, 1);
  assertEquals(
    await server.stderr.rest(),
    'Cannot serve on "0.0.0.0:0": other machines can reach it; give it a certificate (--tls-ca, --tls-cert and --tls-key, or DENIZEN_TLS_*), or add --insecure to go without',
  );
});

/** A registry that notes what it is asked. */
function noting(registry: Registry, asked: string[]): Registry {
  return {
    ...registry,
    list(options) {
      asked.push("list");
      return registry.list(options);
    },
    watch(options) {
      asked.push("watch");
      return registry.watch(options);
    },
  };
}

Deno.test("connectService() looks up in what is watched already: many connections are one call of the broker, and none once it is gone", async () => {
  const asked: string[] = [];
  const registry = createMemoryRegistry();
  const broker = await serve({
    address: "127.0.0.1:0",
    services: { [BROKER_SERVICE]: brokerService(noting(registry, asked)) },
  });
  const server = await serve({
    address: "127.0.0.1:0",
    services: { [CALCULATOR_SERVICE]: calculatorService() },
  });
  const connections = Array.from(
    { length: 4 },
    () => connectService(CALCULATOR_SERVICE, broker.address),
  );
  const [early, other, late, again] = connections;
  const calculate = async (connection = early!) =>
    (await connection.unary(CalculatorService.Calculate, {
      operand1: 6,
      operand2: 7,
      operation: "OPERATION_MULTIPLY",
    }, { waitForReady: true })).result;

  // Asked before anything is registered: it waits.
  const waiting = calculate();
  const { address } = server;
  const lease = await registry.add({
    service: CALCULATOR_SERVICE,
    instance: "one",
    address,
    version: "",
    metadata: {},
  }, "me");
  const before = [await waiting, await calculate(other), await calculate()];
  await broker.stop(0);
  const after = [await calculate(late), await calculate()];
  // The last who followed leaves; whoever comes then has nothing to look into.
  for (const connection of [early, other, late]) connection!.close();
  const { code, message } = await assertRejects(
    () => again!.unary(CalculatorService.Calculate, {}),
    Fault,
  );

  assertEquals(before, [42, 42, 42]);
  assertEquals(after, [42, 42]);
  assertEquals(asked, ["watch"]);
  assertEquals(code, "unavailable");
  assertMatch(message, /Cannot reach the broker/);
  again!.close();
  await lease[Symbol.asyncDispose]();
  await server.stop(0);
});
