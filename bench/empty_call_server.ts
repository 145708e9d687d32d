/**
 * The least that a gRPC server in Deno can be: one method of grpc-js, which
 * answers nothing to nothing. It stands alone.
 *
 *   deno run --allow-net=127.0.0.1:0 bench/empty_call_server.ts --address=127.0.0.1:0
 *
 * `deno task bench:broker` calls it with a bare client of grpc-js: what such a
 * call takes is what every call takes.
 *
 * @module
 */

import { Server, ServerCredentials } from "@grpc/grpc-js";
import { Buffer } from "node:buffer";

const asItIs = (bytes: Buffer) => bytes;
const address = Deno.args[0]!.slice("--address=".length);
const server = new Server();

server.addService({
  Call: {
    path: "/bench.v1.EmptyService/Call",
    requestStream: false,
    responseStream: false,
    requestSerialize: asItIs,
    requestDeserialize: asItIs,
    responseSerialize: asItIs,
    responseDeserialize: asItIs,
  },
}, {
  Call: (
    _call: unknown,
    answer: (error: null, nothing: Buffer) => void,
  ) => answer(null, Buffer.alloc(0)),
});
server.bindAsync(
  address,
  ServerCredentials.createInsecure(),
  (error, port) => {
    if (error) throw error;
    // deno-lint-ignore no-console -- it stands alone
    console.log(`Serving on 127.0.0.1:${port}`);
  },
);
Deno.addSignalListener("SIGTERM", () => server.forceShutdown());
