import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { joinMessages } from "../../../runtime/rpc/burst.ts";
import {
  connectEcho,
  EchoService,
  serveEcho,
} from "../../fixtures/echo_service.ts";

const { Converse } = EchoService;

/** What grpc-js writes for one message. */
function written(message: Buffer): number[] {
  const output = Buffer.allocUnsafe(message.length + 5);
  output.writeUInt8(0, 0);
  output.writeUInt32BE(message.length, 1);
  message.copy(output, 5);
  return [...output];
}

Deno.test("joinMessages() is written as its messages one after the other", () => {
  const messages = [[1, 2, 3], [], [4], Array(70_000).fill(5)]
    .map((bytes) => Buffer.from(bytes));

  for (let count = 1; count <= messages.length; count++) {
    const some = messages.slice(0, count);
    assertEquals(written(joinMessages(some)), some.flatMap(written));
  }
});

Deno.test("joinMessages() leaves a message that is alone as it is", () => {
  const message = Buffer.from([1]);

  assert(joinMessages([message]) === message);
});

Deno.test("messages sent at once arrive one by one and in order, whatever their size", async () => {
  await using server = await serveEcho();
  using echo = connectEcho(server.address);
  const { incoming, send, end } = echo.duplex(Converse);
  const sizes = Array.from({ length: 1_000 }, (_, at) => at % 300 * (at % 7));

  for (const [times, size] of sizes.entries()) {
    send({ times, padding: new Uint8Array(size) });
  }
  end();

  const came = await Array.fromAsync(incoming);
  assertEquals(
    came.map(({ times, padding }) => [times, padding.length]),
    [...sizes.entries()],
  );
});

Deno.test("messages sent in bursts, with a pause between them, keep their order", async () => {
  await using server = await serveEcho();
  using echo = connectEcho(server.address);
  const { incoming, send, end } = echo.duplex(Converse);
  const came: number[] = [];

  for (let burst = 0; burst < 20; burst++) {
    for (let at = 0; at < burst; at++) send({ times: burst * 100 + at });
    for (let at = 0; at < burst; at++) {
      came.push((await incoming.next()).value.times);
    }
  }
  end();

  assertEquals(came, came.toSorted((a, b) => a - b));
  assertEquals(came.length, 190);
  assertEquals((await incoming.next()).done, true);
});
