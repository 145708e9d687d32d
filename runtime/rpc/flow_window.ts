/**
 * How much HTTP/2 lets a client send before the server has to allow more.
 *
 * HTTP/2 begins with 64 KiB for each stream and each connection. A message of
 * twice that size waits several times until the server wakes up and allows
 * more, and both processes sleep meanwhile. grpc-js has a setting for what a
 * client receives, `grpc-node.flow_control_window`, and none for what a server
 * receives.
 *
 * @module
 */

import type { Server } from "@grpc/grpc-js";
import { onHttp2Server } from "./http2_server.ts";

/** Lets clients of `server` send `bytes` before they have to be allowed more. */
export function widenFlowWindow(server: Server, bytes: number): void {
  onHttp2Server(server, (http2Server) => {
    http2Server.on("session", (session) => {
      session.settings({ initialWindowSize: bytes });
      session.setLocalWindowSize(bytes);
    });
  });
}
