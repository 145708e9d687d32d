/**
 * Runs the greeter as a process.
 *
 * @module
 */

import { address, log, runProgram, serveUntilStopped } from "denizen";
import { GREETER_SERVICE } from "../proto/greeter/contract.ts";
import { greeterService } from "./service.ts";

await runProgram({
  name: "greeter/server.ts",
  summary: "Says hello.",
  flags: { address: address("where to serve", "127.0.0.1:5600") },
}, ({ address }) =>
  serveUntilStopped(
    { address, services: { [GREETER_SERVICE]: greeterService() } },
    (served) => log(`Serving on ${served.address}`),
  ));
