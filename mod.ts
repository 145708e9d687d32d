/**
 * Denizen, for authors of services: serve and call over gRPC, and run as a
 * program under the supervisor. `denizen/broker` registers and finds services.
 *
 * A service is a contract, a function for each of its methods, and a program:
 *
 * ```ts
 * import { address, implement, runProgram, serveUntilStopped } from "denizen";
 * import { log, unary } from "denizen";
 * import { GREETER_SERVICE, GreeterService } from "./proto/greeter/contract.ts";
 *
 * const greeter = implement(GreeterService, {
 *   Greet: unary(({ name }, { metadata }) => {
 *     const [language = "en"] = metadata.get("language");
 *     return { greeting: language === "de" ? `Hallo ${name}` : `Hello ${name}` };
 *   }),
 * });
 *
 * await runProgram({
 *   name: "greeter/server.ts",
 *   summary: "Says hello.",
 *   flags: { address: address("where to serve", "127.0.0.1:5600") },
 * }, ({ address }) =>
 *   serveUntilStopped(
 *     { address, services: { [GREETER_SERVICE]: greeter } },
 *     (served) => log(`Serving on ${served.address}`),
 *   ));
 * ```
 *
 * A client connects, calls, and may tell more than a message:
 *
 * ```ts
 * import { connect, Fault, Metadata } from "denizen";
 * import { GreeterService } from "./proto/greeter/contract.ts";
 *
 * const metadata = new Metadata();
 * metadata.set("language", "de");
 * const greeter = connect("127.0.0.1:5600");
 * try {
 *   await greeter.unary(GreeterService.Greet, { name: "Ada" }, { metadata });
 * } catch (error) {
 *   // Nobody listens there now.
 *   if (!(error instanceof Fault) || error.code !== "unavailable") throw error;
 * }
 * ```
 *
 * It and stages/stage.ts are the only files that export what stands in other
 * folders.
 *
 * @module
 */

export { Metadata, type ServiceDefinition } from "@grpc/grpc-js";
export { loadContract, loadService } from "./proto/contract.ts";
export { pause } from "./runtime/program/abort.ts";
export { advertised } from "./runtime/program/advertise.ts";
export {
  Failure,
  Fault,
  type FaultCode,
  UsageError,
} from "./runtime/program/errors.ts";
export {
  address,
  addresses,
  bytes,
  choice,
  duration,
  type Flag,
  integer,
  text,
  toggle,
} from "./runtime/program/flags.ts";
export {
  SERVE_FLAGS,
  TLS_FLAGS,
  type TlsFiles,
  useTls,
} from "./runtime/program/tls_files.ts";
export { log, print } from "./runtime/program/log.ts";
export { runProgram } from "./runtime/program/program.ts";
export {
  connect,
  type Connection,
  type UnaryOptions,
} from "./runtime/rpc/connect.ts";
export {
  type Call,
  clientStream,
  duplex,
  implement,
  type Implementation,
  serverStream,
  unary,
} from "./runtime/rpc/handlers.ts";
export type { Health } from "./runtime/rpc/health.ts";
export type { MessageStream } from "./runtime/rpc/message_stream.ts";
export { serve, type Served, serveUntilStopped } from "./runtime/rpc/serve.ts";
