/**
 * Keeps what goes wrong with one call, stream or connection within it.
 *
 * grpc-js answers some requests outside of any guard of its own: an unknown
 * method, a deadline that is over, the end of a call. If the stream is gone by
 * then, Deno's HTTP/2 throws, and the process would end with all its other
 * calls. Here the stream itself takes the error. Errors of anything else still
 * end the process: they are defects, and after a defect nobody can say what
 * still holds.
 *
 * Requests that are not gRPC are answered here, too. On Deno grpc-js would
 * answer them with 200, since Deno lacks the constant for 415.
 *
 * @module
 */

import { type Server, status as Status } from "@grpc/grpc-js";
import type {
  Http2Server,
  Http2Session,
  IncomingHttpHeaders,
  OutgoingHttpHeaders,
  ServerHttp2Stream,
} from "node:http2";
import { formatAddress } from "../program/address.ts";
import { logDefect } from "../program/log.ts";
import type { Admit, Refusal } from "./admission.ts";
import { onHttp2Server } from "./http2_server.ts";
import { createRefusalLog, type Refused } from "./refusals.ts";

/** What gRPC's requests have as content type (gRPC over HTTP/2, "Requests"). */
const GRPC = /^application\/grpc(?:[+;]|$)/i;

/** HTTP/2 error codes (RFC 9113, section 7). */
const NO_ERROR = 0x0;
const INTERNAL_ERROR = 0x2;

/** What nghttp2 says where a connection does not begin as HTTP/2 does. */
const NGHTTP2_ERR_BAD_CLIENT_MAGIC = -903;
const NO_HTTP2 = "it speaks no HTTP/2";
const NO_HTTP2_OR_TLS =
  "it speaks TLS, or no HTTP/2 at all: this server has no certificate, so call it without, or start it with --tls-ca, --tls-cert and --tls-key";

/** What a refusal leaves as. */
const STATUSES = {
  unauthenticated: Status.UNAUTHENTICATED,
  permission_denied: Status.PERMISSION_DENIED,
} as const;

type StreamListener = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  ...rest: unknown[]
) => void;

/**
 * Guards every connection of `server`; to be called before it listens.
 *
 * @param admit Says whom to turn away. @default {nobody}
 * @param tell Hears of those. @default {logs them}
 */
export function guardConnections(
  server: Server,
  admit: Admit = () => undefined,
  tell: (refused: Refused) => void = createRefusalLog(),
): void {
  onHttp2Server(server, (http2Server) => {
    // A connection that breaks ends its streams, and each call hears of that.
    http2Server.on(
      "connection",
      (socket) => socket.on("error", isToldElsewhere),
    );
    http2Server.on("session", (session) => {
      const peer = peerOf(session);
      session.on("error", (error: Error & { errno?: number }) => {
        if (error.errno !== NGHTTP2_ERR_BAD_CLIENT_MAGIC) return;
        const reason = session.encrypted ? NO_HTTP2 : NO_HTTP2_OR_TLS;
        tell({ path: "a connection", peer, reason });
      });
    });
    guardStreams(http2Server, (stream, headers) => {
      const status = httpRefusal(headers);
      if (status !== undefined) return () => refuse(stream, status);
      const refusal = admit(headers, stream.session?.socket);
      if (refusal === undefined) return undefined;
      return () => {
        const { reason } = refusal;
        const peer = peerOf(stream.session);
        tell({ path: headers[":path"] ?? "", peer, reason });
        turnAway(stream, refusal);
      };
    });
  });
}

/**
 * Puts a guard before what grpc-js does with a stream.
 *
 * @param refusal Returns what answers a call that grpc-js must not see.
 */
function guardStreams(
  http2Server: Http2Server,
  refusal: (
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
  ) => (() => void) | undefined,
): void {
  const listeners = http2Server.listeners("stream") as StreamListener[];
  http2Server.removeAllListeners("stream");
  const answer: StreamListener = (stream, headers, ...rest) => {
    guard(stream);
    contain(stream, () => {
      const answer = refusal(stream, headers);
      if (answer) return answer();
      for (const listen of listeners) listen(stream, headers, ...rest);
    });
  };
  // Declared for streams of either end.
  http2Server.on("stream", answer as Parameters<typeof http2Server.on>[1]);
}

/** Lets the stream bear what happens to it, now and later. */
function guard(stream: ServerHttp2Stream): void {
  // grpc-js listens for one error only, and some streams have two.
  stream.on("error", isToldElsewhere);
  const { respond, sendTrailers } = stream;
  stream.respond = (headers, options) =>
    contain(stream, () => respond.call(stream, headers, options));
  stream.sendTrailers = (trailers: OutgoingHttpHeaders) =>
    contain(stream, () => sendTrailers.call(stream, trailers));
}

/** Does something with a stream; if it fails, only the stream ends. */
function contain(stream: ServerHttp2Stream, act: () => void): void {
  try {
    act();
  } catch (error) {
    // The client has left: nobody is there to be answered.
    if (stream.destroyed || stream.closed) return;
    logDefect("answering a call", error);
    stream.close(INTERNAL_ERROR);
  }
}

/** Every error comes with a `close`, which ends what depends on it. */
function isToldElsewhere(): void {}

/** Returns why a request is none of gRPC's, as an HTTP status. */
function httpRefusal(
  { ":method": method, "content-type": contentType = "" }: IncomingHttpHeaders,
): 405 | 415 | undefined {
  if (!GRPC.test(contentType)) return 415;
  return method === "POST" ? undefined : 405;
}

function refuse(stream: ServerHttp2Stream, status: 405 | 415): void {
  stream.respond({
    ":status": status,
    "content-type": "text/plain; charset=utf-8",
  });
  stream.end("This is a gRPC server: call it with a gRPC client\n", () => {
    // Whatever it still sends is not read.
    stream.close(NO_ERROR);
  });
}

/** Answers with a status and nothing else (gRPC over HTTP/2, "Responses"). */
function turnAway(
  stream: ServerHttp2Stream,
  { code, reason }: Refusal,
): void {
  stream.respond({
    ":status": 200,
    "content-type": "application/grpc",
    "grpc-status": String(STATUSES[code]),
    "grpc-message": encodeURI(reason),
  }, { endStream: true });
  // Whatever it still sends is not read.
  stream.close(NO_ERROR);
}

/** Where a connection comes from, for the log. */
function peerOf(session: Http2Session | undefined): string {
  const { remoteAddress, remotePort } = session?.socket ?? {};
  return remoteAddress === undefined ? "a unix socket" : formatAddress({
    kind: "tcp",
    host: remoteAddress,
    port: remotePort ?? 0,
  });
}
