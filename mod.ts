/**
 * Denizen, for authors of services: serve and call over gRPC, and run as a
 * program under the supervisor. `denizen/broker` registers and finds services.
 *
 * ```ts ignore
 * import { implement, loadContract, runProgram, serve, unary } from "denizen";
 * import { registerService } from "denizen/broker";
 * ```
 *
 * It and stages/stage.ts are the only files that export what stands in other
 * folders.
 *
 * @module
 */

export type { ServiceDefinition } from "@grpc/grpc-js";
export { loadContract } from "./proto/contract.ts";
export { pause } from "./runtime/program/abort.ts";
export {
  Failure,
  Fault,
  type FaultCode,
  UsageError,
} from "./runtime/program/errors.ts";
export {
  address,
  bytes,
  choice,
  duration,
  type Flag,
  integer,
  text,
  toggle,
} from "./runtime/program/flags.ts";
export { log, print } from "./runtime/program/log.ts";
export { runProgram } from "./runtime/program/program.ts";
export {
  connect,
  type Connection,
  type UnaryOptions,
} from "./runtime/rpc/connect.ts";
export {
  type Call,
  duplex,
  implement,
  type Implementation,
  serverStream,
  unary,
} from "./runtime/rpc/handlers.ts";
export type { Health } from "./runtime/rpc/health.ts";
export { serve, serveUntilStopped } from "./runtime/rpc/serve.ts";
