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
import { aborted } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { implement, unary } from "../../runtime/rpc/handlers.ts";
import { serve } from "../../runtime/rpc/serve.ts";
import { createToken } from "../../runtime/rpc/token.ts";
import { ENTRY, startBroker } from "../support/broker_here.ts";
import { eventually } from "../support/eventually.ts";
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

  assertEquals(code, 2);
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

Deno.test("instances that answer with errors, or too late, get no calls for a while, and then again", async () => {
  let isSick = true;
  type Answer = { result: number };
  const start = (
    calculate: (signal: AbortSignal) => Answer | Promise<Answer>,
  ) =>
    serve({
      address: "127.0.0.1:0",
      services: {
        [CALCULATOR_SERVICE]: implement(CalculatorService, {
          Calculate: unary((_, { signal }) => calculate(signal)),
        }),
      },
    });
  const called = new Set<number>();
  const healed = new Set<number>();
  const servers = [
    await start(() => {
      called.add(1);
      if (!isSick) return { result: 1 };
      throw new Fault("exhausted", "Cannot calculate: nothing is left");
    }),
    await start(async (signal) => {
      called.add(2);
      if (isSick) await aborted(signal);
      return { result: 2 };
    }),
    await start(() => ({ result: 3 })),
    await start(() => ({ result: 4 })),
  ];
  await using broker = await startBroker();
  await broker.register(...servers.map(({ address }) => ({
    ...ENTRY,
    instance: address,
    address,
  })));
  const calculator = connectService(CALCULATOR_SERVICE, broker.address);
  /** Calls at once, and tells who has answered; 0 for each that failed. */
  const call = (count: number) =>
    Promise.all(
      Array.from({ length: count }, () =>
        calculator.unary(CalculatorService.Calculate, {}, { deadlineMs: 500 })
          .then(({ result }) =>
            result, () => 0)),
    );

  // A connection that comes later is called later.
  await eventually("those that are sick are called", async () => {
    await call(8);
    return called.size === 2;
  });
  await eventually(
    "none that is sick is called",
    // Enough of them in 2 s to tell who is sick.
    async () => (await call(64)).every((result) => result > 2),
  );
  isSick = false;
  await eventually("they are called again", async () => {
    for (const result of await call(4)) healed.add(result);
    return healed.has(1) && healed.has(2);
  });

  assertEquals([1, 2].every((each) => healed.has(each)), true);
  calculator.close();
  for (const server of servers) await server.stop(0);
});
