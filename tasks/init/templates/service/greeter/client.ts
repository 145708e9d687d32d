/**
 * Asks the greeter for a greeting, again and again.
 *
 * Waits while the greeter is away, and goes on when it is back.
 *
 * @module
 */

import {
  address,
  connect,
  duration,
  Fault,
  log,
  pause,
  print,
  runProgram,
  text,
} from "denizen";
import { GreeterService } from "../proto/greeter/contract.ts";

await runProgram({
  name: "greeter/client.ts",
  summary: "Asks the greeter for greetings.",
  flags: {
    address: address("the greeter", "127.0.0.1:5600"),
    name: text("NAME", "who is greeted", "world"),
    interval: duration("time between two greetings", "1s"),
  },
}, async ({ address, name, interval }, signal) => {
  const greeter = connect(address);
  while (!signal.aborted) {
    try {
      const { greeting } = await greeter.unary(
        GreeterService.Greet,
        { name },
        { signal, deadlineMs: 2_000, waitForReady: true },
      );
      print(greeting);
    } catch (error) {
      if (signal.aborted) break;
      // Whatever the greeter refuses would be refused again.
      if (!(error instanceof Fault) || error.code === "invalid") throw error;
      log(`No greeting: ${error.message}`);
    }
    await pause(interval, signal);
  }
});
