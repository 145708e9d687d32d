import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { connectService } from "../../broker/client.ts";
import {
  CALCULATOR_SERVICE,
  CalculatorService,
} from "../../proto/calculator/contract.ts";
import { Fault } from "../../runtime/program/errors.ts";
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
