/**
 * The broker's door for other folders: register with it, ask it, follow it,
 * and call services through it.
 *
 * ```ts
 * import { connectService, DEFAULT_BROKER } from "denizen/broker";
 * import { GREETER_SERVICE } from "./proto/greeter/contract.ts";
 *
 * const greeter = connectService(GREETER_SERVICE, DEFAULT_BROKER);
 * greeter.peer satisfies string; // it connects at the first call
 * ```
 *
 * @module
 */

import { connect, type Connection } from "../runtime/rpc/connect.ts";
import { isCutOff } from "../runtime/rpc/status.ts";
import { brokerTarget, registerBrokerResolver } from "./resolver.ts";

export type { Entry } from "./entry.ts";
export { listServices } from "./list_services.ts";
export { type RegisterOptions, registerService } from "./register_service.ts";
export { DEFAULT_BROKER } from "./resolver.ts";
export {
  type WatchEvent,
  watchServices,
  type WatchServicesOptions,
} from "./watch_services.ts";

/**
 * Connects to all instances of a service, whichever there are from time to
 * time. Calls go to them in turn; one that ends with UNAVAILABLE is tried again,
 * so a method that is called this way may be carried out more than once.
 *
 * @example
 * ```ts
 * import { Fault } from "denizen";
 * import { connectService } from "denizen/broker";
 * import { GREETER_SERVICE, GreeterService } from "./proto/greeter/contract.ts";
 *
 * const greeter = connectService(GREETER_SERVICE, "127.0.0.1:50051");
 * try {
 *   await greeter.unary(GreeterService.Greet, { name: "Ada" });
 * } catch (error) {
 *   // There is none now; the option `waitForReady` waits for one.
 *   if (!(error instanceof Fault) || error.code !== "unavailable") throw error;
 * } finally {
 *   // A connection that is open keeps a script from ending by itself.
 *   greeter.close();
 * }
 * ```
 *
 * @param service Full name of the service.
 * @param broker The broker's address, or those of several with commas: the first
 * that answers is followed, and the next when it dies.
 */
export function connectService(service: string, broker: string): Connection {
  registerBrokerResolver();
  const connection = connect(brokerTarget(service, broker), {
    name: service,
    where: `through the broker at ${broker}`,
    // Servers of other languages refuse pings that come more often.
    channel: { "grpc.keepalive_time_ms": 300_000 },
  });
  return { ...connection, unary: unlessCutOff(connection.unary) };
}

/** As often as gRPC tries a call that ends with UNAVAILABLE. */
const MAX_TRIES = 4;

/** Tries a call again whose connection broke while it was being written. */
function unlessCutOff(unary: Connection["unary"]): Connection["unary"] {
  return async (method, request, { deadlineMs = 5_000, ...options } = {}) => {
    const startedMs = performance.now();
    for (let tries = 1;; tries++) {
      const leftMs = deadlineMs - (performance.now() - startedMs);
      try {
        return await unary(method, request, { ...options, deadlineMs: leftMs });
      } catch (error) {
        if (tries === MAX_TRIES || leftMs <= 0 || !isCutOff(error)) throw error;
      }
    }
  };
}
