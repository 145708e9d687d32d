/**
 * What a client sends ends no server, shield or not; what we ourselves do wrong
 * does. tests/tasks/soak_test.ts does the same to every kind of server.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import { BROKEN_CONNECTIONS } from "../../../tasks/soak/broken_connections.ts";
import {
  call,
  goaway,
  headerField,
  opening,
} from "../../../tasks/soak/http2_frames.ts";
import { storm } from "../../../tasks/soak/storm.ts";
import {
  connectEcho,
  EchoService,
  serveEcho,
} from "../../fixtures/echo_service.ts";
import { spawnFixture } from "../../support/spawned.ts";

const { Say } = EchoService;
const SAY = "/echo.v1.EchoService/Say";

Deno.test("a storm of broken connections ends no server, with and without a shield", async () => {
  await using plain = await spawnFixture("serves_echo.ts", {
    args: ["--shield=no"],
  });
  await using shielded = await spawnFixture("serves_echo.ts", {
    args: ["--shield=yes"],
  });

  const weathered = await storm([
    { name: "plain", address: plain.firstLine, pid: plain.pid },
    { name: "shielded", address: shielded.firstLine, pid: shielded.pid },
  ], 2);

  const connections = 2 * BROKEN_CONNECTIONS.length;
  assertEquals(
    weathered.map(({ name, connections, problems }) => ({
      name,
      connections,
      problems,
    })),
    [
      { name: "plain", connections, problems: [] },
      { name: "shielded", connections, problems: [] },
    ],
  );
  for (const { answers, name } of weathered) {
    assert(answers > 1, `${name} answered another client ${answers} times`);
  }
  // Nothing of it is a defect of ours, and nobody reads a thousand lines.
  plain.kill("SIGTERM");
  shielded.kill("SIGTERM");
  const few =
    /^Refused a connection from [\d.:]+: it speaks TLS, or no HTTP\/2 .*(\nRefused \d+ more calls?)*$/;
  assertMatch(await plain.stderr.rest(), few);
  assertMatch(await shielded.stderr.rest(), few);
  assertEquals((await plain.status).code, 0);
  assertEquals((await shielded.status).code, 0);
});

for (const shield of [false, true]) {
  const title = shield ? " with a shield" : "";

  for (
    const [what, path, contentType] of [
      ["an unknown method", "/no/no", "application/grpc"],
      ["a page", SAY, "text/html"],
    ] as const
  ) {
    Deno.test(`a client that asks for ${what} and says goodbye with an error ends no server${title}`, async () => {
      await using server = await serveEcho({}, { shield });
      using echo = connectEcho(server.address);

      for (let round = 0; round < 10; round++) {
        await sendAndClose(server.address, [
          opening(),
          call(path, { contentType }),
          goaway(2),
        ]);
      }

      assertEquals((await echo.unary(Say, { text: "alive" })).text, "alive");
    });
  }

  Deno.test(`a client that destroys its session right after a call ends no server${title}`, async () => {
    await using server = await serveEcho({}, { shield });
    using echo = connectEcho(server.address);

    for (let round = 0; round < 10; round++) {
      const session = await openSession(server.address);
      const closed = once(session, "close");
      const stream = session.request(requestTo("/no/no"));
      stream.on("error", () => {}); // its own end
      stream.end();
      session.destroy();
      await closed;
    }

    assertEquals((await echo.unary(Say, { text: "alive" })).text, "alive");
  });

  for (
    const [what, headers, status] of [
      ["a content type of the web", { "content-type": "text/html" }, 415],
      ["no content type", { "content-type": undefined }, 415],
      [
        "one that only begins like gRPC's",
        { "content-type": "application/grpc-web" },
        415,
      ],
      ["GET", { ":method": "GET" }, 405],
    ] as const
  ) {
    Deno.test(`a request with ${what} gets ${status} and a sentence${title}`, async () => {
      await using server = await serveEcho({}, { shield });
      const session = await openSession(server.address);
      const stream = session.request({ ...requestTo(SAY), ...headers });
      stream.end();
      const [response] = await once(stream, "response");

      assertEquals(response[":status"], status);
      assertEquals(
        new TextDecoder().decode(Buffer.concat(await Array.fromAsync(stream))),
        "This is a gRPC server: call it with a gRPC client\n",
      );
      session.destroy();
    });
  }

  Deno.test(`a request with a subtype of gRPC's content type is served${title}`, async () => {
    await using server = await serveEcho({}, { shield });
    const session = await openSession(server.address);
    const stream = session.request({
      ...requestTo("/no/no"),
      "content-type": "application/grpc+proto; charset=utf-8",
    });
    stream.end();
    const [response] = await once(stream, "response");

    assertEquals([response[":status"], response["grpc-status"]], [200, "12"]);
    session.destroy();
  });
}

Deno.test("a deadline that is over when the client has left ends no server", async () => {
  await using server = await serveEcho();
  using echo = connectEcho(server.address);

  await sendAndClose(server.address, [
    opening(),
    call("/echo.v1.EchoService/Repeat", {
      more: [headerField("grpc-timeout", "1n")],
    }),
    goaway(2),
  ]);

  const { text } = await echo.unary(EchoService.Say, { text: "alive" });
  assertEquals(text, "alive");
});

Deno.test("a defect of our own, outside of any call, still ends the process", async () => {
  await using server = await spawnFixture("fails_outside_of_calls.ts");
  using echo = connectEcho(server.firstLine);

  await echo.unary(Say, { text: "a" }).catch(() => {}); // it may have gone first

  assertEquals((await server.status).code, 1);
  assertMatch(await server.stderr.rest(), /a defect of our own/);
});

function requestTo(path: string) {
  return {
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
  };
}

async function openSession(address: string): Promise<ClientHttp2Session> {
  const session = connect(`http://${address}`);
  await once(session, "connect");
  return session;
}

/** Sends bytes, and waits until the server has done with them. */
async function sendAndClose(
  address: string,
  pieces: Uint8Array[],
): Promise<void> {
  const port = Number(address.split(":")[1]);
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  for (const piece of pieces) await connection.write(piece);
  await connection.closeWrite().catch(() => {}); // the server was faster
  // Until the server has closed: it has read everything by then.
  const buffer = new Uint8Array(4_096);
  while (await connection.read(buffer).catch(() => null) !== null);
  connection.close();
}
