/**
 * What the greeter answers.
 *
 * @module
 */

import { Fault, implement, type Implementation, unary } from "denizen";
import { GreeterService } from "../proto/greeter/contract.ts";

/** Builds `greeter.v1.GreeterService`. */
export function greeterService(): Implementation {
  return implement(GreeterService, {
    Greet: unary(({ name }) => {
      // A Fault reaches the caller as it is; any other error as INTERNAL.
      if (name === "") throw new Fault("invalid", "Cannot greet: who is it?");
      return { greeting: `Hello, ${name}` };
    }),
  });
}
