import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { connectService } from "../../broker/client.ts";
import { createMemoryRegistry } from "../../broker/memory_registry.ts";
import { brokerService } from "../../broker/service.ts";
import { BROKER_SERVICE } from "../../proto/broker/contract.ts";
import {
  CALCULATOR_SERVICE,
  CalculatorService,
} from "../../proto/calculator/contract.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { serve } from "../../runtime/rpc/serve.ts";
import { createToken } from "../../runtime/rpc/token.ts";
import { freeAddress, sandbox } from "../support/calculator_system.ts";
import { spawnScript } from "../support/spawned.ts";

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

Deno.test("a server without a flag --expose names none when it refuses an address", async () => {
  await using server = spawnScript("calculator/server.ts", {
    args: ["--address=0.0.0.0:0"],
    permissions: sandbox("0.0.0.0:0"),
  });

  const { code } = await server.status;

  assertEquals(code, 1);
  assertEquals(
    await server.stderr.rest(),
    'Cannot serve on "0.0.0.0:0": other machines can reach it; give an address of this machine, as in 127.0.0.1:5555',
  );
});
