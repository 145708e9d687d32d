/** Starts the greeter on a free port and calls it, as any client would. */

import { deepEqual, equal, rejects } from "node:assert/strict";
import { connect, type Connection, Fault, serve } from "denizen";
import { GREETER_SERVICE, GreeterService } from "../proto/greeter/contract.ts";
import { greeterService } from "./service.ts";

Deno.test("Greet answers with the name", () =>
  withGreeter(async (greeter) => {
    const answer = await greeter.unary(GreeterService.Greet, { name: "Ada" });

    deepEqual(answer, { greeting: "Hello, Ada" });
  }));

Deno.test("Greet refuses to greet nobody", () =>
  withGreeter(async (greeter) => {
    await rejects(
      greeter.unary(GreeterService.Greet, { name: "" }),
      (error) => {
        equal(error instanceof Fault && error.code, "invalid");
        return true;
      },
    );
  }));

/** Serves for as long as a test runs. */
async function withGreeter(test: (greeter: Connection) => Promise<void>) {
  const served = await serve({
    address: "127.0.0.1:0",
    services: { [GREETER_SERVICE]: greeterService() },
  });
  const greeter = connect(served.address);
  try {
    await test(greeter);
  } finally {
    greeter.close();
    await served.stop();
  }
}
