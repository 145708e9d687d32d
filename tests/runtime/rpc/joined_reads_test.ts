import { Buffer } from "node:buffer";
import { compressionAlgorithms } from "@grpc/grpc-js";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Fault } from "../../../runtime/program/errors.ts";
import {
  createJoiner,
  joinReads,
  splitMessages,
} from "../../../runtime/rpc/joined_reads.ts";
import {
  connectEcho,
  EchoService,
  serveEcho,
} from "../../fixtures/echo_service.ts";

const MESSAGES = [[1, 2, 3], [], [4], Array(300).fill(5)];

/** A message with its prefix. */
function framed(message: number[]): number[] {
  const { length } = message;
  return [0, 0, 0, length >> 8, length & 0xff, ...message];
}

function split(pieces: readonly Buffer[]): number[][] {
  const messages: number[][] = [];
  splitMessages(pieces, (each) => messages.push([...each]));
  return messages;
}

Deno.test("createJoiner() gives each message once, wherever the reads are cut", () => {
  const wire = Buffer.from(MESSAGES.flatMap(framed));

  for (const size of [1, 2, 5, 7, 13, 100, wire.length]) {
    const join = createJoiner(-1);
    const came: number[][] = [];
    for (let at = 0; at < wire.length; at += size) {
      came.push(...split(join(wire.subarray(at, at + size))));
    }
    assertEquals(came, MESSAGES, `reads of ${size} bytes`);
  }
});

Deno.test("createJoiner() gives the messages of one read as one", () => {
  const wire = Buffer.from(MESSAGES.flatMap(framed));

  const pieces = createJoiner(-1)(Buffer.concat([wire, Buffer.from([0, 0])]));

  assertEquals(pieces.length, 1);
  assertEquals(split(pieces), MESSAGES);
});

Deno.test("createJoiner() puts only that message together whose read was cut", () => {
  const wire = Buffer.from(MESSAGES.flatMap(framed));
  const join = createJoiner(-1);

  assertEquals(join(wire.subarray(0, 3)), []);
  const pieces = join(wire.subarray(3));

  assertEquals(pieces.map(({ length }) => length), [
    framed(MESSAGES[0]!).length,
    wire.length - framed(MESSAGES[0]!).length,
  ]);
  assertEquals(pieces[1]!.buffer, wire.buffer);
  assertEquals(split(pieces), MESSAGES);
});

Deno.test("splitMessages() refuses what says that it is compressed", () => {
  const wire = Buffer.from([...framed([1]), 1, ...framed([2]).slice(1)]);
  const came: number[][] = [];

  assertThrows(
    () => splitMessages(createJoiner(-1)(wire), (each) => came.push([...each])),
    Error,
    "a message is compressed, and the call says that none is",
  );
  assertEquals(came, [[1]]);
});

Deno.test("createJoiner() refuses a message as soon as its length is known", () => {
  const join = createJoiner(299);

  assertEquals(join(Buffer.from(framed(MESSAGES[3]!).slice(0, 4))), []);
  assertThrows(
    () => join(Buffer.from([300 & 0xff])),
    Error,
    "Received message larger than max (300 vs 299)",
  );
});

Deno.test("joinReads() leaves alone what it does not know", () => {
  const decoder = { readState: 0, write: () => [] };
  const known = {
    decoder,
    incomingEncoding: "identity",
    maxReceiveMessageSize: -1,
  };

  for (
    const call of [
      undefined,
      { ...known, incomingEncoding: "gzip" },
      { ...known, decoder: undefined },
      { ...known, decoder: { ...decoder, readState: 1 } },
      { ...known, maxReceiveMessageSize: undefined },
    ]
  ) {
    const before = structuredClone({ ...call, decoder: undefined });
    assertEquals(joinReads({ call }), false);
    assertEquals({ ...call, decoder: undefined }, { ...before });
  }
  assertEquals(joinReads({ call: known }), true);
});

Deno.test("a call whose messages are compressed is served as well", async () => {
  await using server = await serveEcho();
  using echo = connectEcho(server.address, {
    channel: {
      "grpc.default_compression_algorithm": compressionAlgorithms.gzip,
    },
  });
  const { incoming, send, end } = echo.duplex(EchoService.Converse);

  for (const times of [1, 2, 3]) {
    send({ times });
    assertEquals((await incoming.next()).value?.times, times);
  }
  end();

  assertEquals((await incoming.next()).done, true);
});

Deno.test("a message that cannot be decoded ends the call with the reason", async () => {
  await using server = await serveEcho();
  using echo = connectEcho(server.address);
  const { incoming, send } = echo.duplex({
    ...EchoService.Converse,
    requestSerialize: () => Buffer.from([0xff]),
  });

  send({ times: 1 });

  const fault = await assertRejects(() => incoming.next(), Fault);
  assertEquals(fault.code, "internal");
});
