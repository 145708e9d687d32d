/**
 * Runs a calculator server as a process.
 *
 *   deno run --allow-net=127.0.0.1:5555,127.0.0.1:50051 --ignore-env calculator/server.ts
 *
 * Registers with the broker, again whenever that has restarted, and is healthy
 * from the first time on; goes on answering while the broker is away. When told
 * to stop it leaves the broker first, so that no call is sent to it any more,
 * and then finishes what it has.
 *
 * @module
 */

import {
  address,
  addresses,
  advertised,
  type Health,
  log,
  runProgram,
  serve,
  SERVE_FLAGS,
  text,
  useTls,
} from "denizen";
import { DEFAULT_BROKER, registerService } from "denizen/broker";
import { CALCULATOR_SERVICE } from "../proto/calculator/contract.ts";
import { calculatorService } from "./service.ts";

const VERSION = "1.0.0";

const FLAGS = {
  address: address("where to serve", "127.0.0.1:5555"),
  broker: addresses("the broker, or several with commas", DEFAULT_BROKER),
  advertise: advertised("what clients call, if not that address"),
  instance: text(
    "NAME",
    "this instance's name; what clients call if not given",
  ),
  ...SERVE_FLAGS,
};

if (import.meta.main) {
  await runProgram({
    name: "calculator/server.ts",
    summary: "Adds, subtracts, multiplies and divides.",
    flags: FLAGS,
  }, async (flags, signal) => {
    const { address, advertise, broker, instance, insecure } = flags;
    useTls(flags);
    const served = await serve({
      address,
      insecure,
      services: { [CALCULATOR_SERVICE]: calculatorService() },
    });
    // Whoever replaces servers one by one takes the next one away as soon as
    // this one is healthy: it is not before clients can find it.
    const setHealth = (health: Health) => {
      for (const service of ["", CALCULATOR_SERVICE]) {
        served.setHealth(service, health);
      }
    };
    setHealth("NOT_SERVING");
    log(`Serving on ${served.address}`);
    try {
      await registerService({
        service: CALCULATOR_SERVICE,
        instance: instance ?? served.address,
        address: served.address,
        version: VERSION,
        metadata: { language: "typescript" },
      }, {
        broker,
        signal,
        advertise,
        onRegistered: () => setHealth("SERVING"),
      });
    } finally {
      await served.stop();
    }
  });
}
