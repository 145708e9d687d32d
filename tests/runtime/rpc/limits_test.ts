/** What one caller may cost a server: memory, and descriptors. */

import { assertEquals, assertRejects } from "@std/assert";
import { connect as connectSocket } from "node:net";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { Fault } from "../../../runtime/program/errors.ts";
import {
  connectEcho,
  EchoService,
  serveEcho,
} from "../../fixtures/echo_service.ts";
import { eventually } from "../../support/eventually.ts";

const { Say } = EchoService;
const MIB = 1_048_576;

Deno.test("a message of 4 MiB is the largest that a server or a client takes, and says so", async () => {
  await using server = await serveEcho();
  using echo = connectEcho(server.address);
  const padding = new Uint8Array(4 * MIB - 64);

  const { padding: back } = await echo.unary(Say, { padding });
  const tooLarge = { padding: new Uint8Array(4 * MIB) };
  const sent = await assertRejects(() => echo.unary(Say, tooLarge), Fault);

  assertEquals(back.length, padding.length);
  assertEquals(sent.code, "exhausted");
});

Deno.test("what decompresses to more is refused, and the server goes on", async () => {
  await using server = await serveEcho();
  using echo = connectEcho(server.address);
  // Half a megabyte on the wire.
  const bomb = gzipSync(Say.requestSerialize({
    padding: new Uint8Array(500 * MIB),
  }));
  const before = Deno.memoryUsage().rss;

  const status = await sendCompressed(server.address, bomb);

  assertEquals(status, "8"); // RESOURCE_EXHAUSTED
  const grown = Deno.memoryUsage().rss - before;
  assertEquals(grown < 200 * MIB, true, `it took ${grown / MIB} MiB`);
  assertEquals((await echo.unary(Say, { text: "alive" })).text, "alive");
});

/** Calls Say with a gzipped message; returns the status. */
async function sendCompressed(
  address: string,
  compressed: Uint8Array,
): Promise<string> {
  const session = connectHttp2(`http://${address}`);
  const stream = session.request({
    ":method": "POST",
    ":path": "/echo.v1.EchoService/Say",
    "content-type": "application/grpc",
    "grpc-encoding": "gzip",
    te: "trailers",
  });
  const header = new Uint8Array(5);
  header[0] = 1; // compressed
  new DataView(header.buffer).setUint32(1, compressed.length);
  const status = new Promise<string>((resolve) => {
    stream.on("response", (headers) => {
      if (headers["grpc-status"]) resolve(String(headers["grpc-status"]));
    });
    stream.on("trailers", (headers) => resolve(String(headers["grpc-status"])));
  });
  stream.end(Buffer.concat([header, compressed]));
  stream.resume();
  try {
    return await status;
  } finally {
    session.destroy();
  }
}

for (const shield of [false, true]) {
  Deno.test(`a connection that says nothing is ended, and one that is idle is not${shield ? ", with a shield" : ""}`, async () => {
    await using server = await serveEcho({}, { handshakeMs: 300, shield });
    using echo = connectEcho(server.address);
    await eventually(
      "an answer",
      () => echo.unary(Say, { text: "a" }).then(() => true, () => false),
    );
    const idle = await openIdle(server.address);
    const [host, port] = server.address.split(":");
    const silent = connectSocket(Number(port), host);
    const dripping = connectSocket(Number(port), host);
    dripping.write("PRI * HT");

    await Promise.all([silent, dripping].map((socket) => {
      socket.on("error", () => {}); // by a reset, say
      socket.resume();
      return once(socket, "close");
    }));

    assertEquals(idle.destroyed, false);
    assertEquals((await echo.unary(Say, { text: "b" })).text, "b");
    idle.destroy();
  });
}

/** Opens a session that the server knows; again where it was too slow for that. */
async function openIdle(address: string): Promise<ClientHttp2Session> {
  for (;;) {
    const session = connectHttp2(`http://${address}`);
    session.on("error", () => {}); // by a reset, say
    const known = await Promise.race([
      // The server has read ours: it answers them.
      once(session, "localSettings").then(() => true),
      once(session, "close").then(() => false),
    ]);
    if (known) return session;
  }
}
