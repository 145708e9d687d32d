/**
 * The greeter's contract, as the service and its clients import it.
 *
 * The text comes in as a module, so nobody needs the right to read a file.
 *
 * @module
 */

import { loadService } from "denizen";
import type { GreeterServiceDefinition } from "../types/greeter/v1/GreeterService.ts";
import GREETER_PROTO from "./v1/greeter.proto" with { type: "text" };

/** The service's full name. */
export const GREETER_SERVICE = "greeter.v1.GreeterService";

export const GreeterService = loadService<GreeterServiceDefinition>(
  GREETER_SERVICE,
  { "greeter/v1/greeter.proto": GREETER_PROTO },
);
