import { assert, assertEquals } from "@std/assert";
import { Client, credentials } from "@grpc/grpc-js";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createBurst, joinMessages } from "../../../runtime/rpc/burst.ts";
import { directStreamOf } from "../../../runtime/rpc/direct_stream.ts";
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

/** Messages one after the other, each with its prefix. */
function onTheWire(messages: readonly Buffer[]): Buffer {
  return Buffer.concat(messages.flatMap((message) => {
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    return [prefix, message];
  }));
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

/** A call as grpc-js has it, that notes what is written, and where. */
function fakeCall(
  { sent, onWire }: {
    sent: () => number;
    onWire?: (bytes: Uint8Array) => void;
  },
) {
  const wrote: [by: string, bytes: number[]][] = [];
  const done: (() => void)[] = [];
  const broken = new Set<string>();
  const http2Stream = {
    write(bytes: Uint8Array, isDone: () => void) {
      if (broken.has("http2")) throw new TypeError("no handle");
      if (onWire) onWire(bytes);
      else wrote.push(["http2", [...bytes]]);
      done.push(isDone);
    },
  };
  const call = {
    write: (message: Buffer) => void wrote.push(["grpc", written(message)]),
    cancel: () => void wrote.push(["cancel", []]),
    call: {
      call: {
        child: {
          committedCallIndex: 0,
          underlyingCalls: [{
            call: { child: { http2Stream } },
            get nextMessageToSend() {
              return sent();
            },
          }],
        },
      },
    },
  };
  return { call, wrote, done, broken };
}

Deno.test("createBurst() goes past grpc-js once that has sent all it was given", () => {
  let sent = 0;
  const { call, wrote, done } = fakeCall({ sent: () => sent });
  const burst = createBurst(call);
  const send = (byte: number) => {
    const message = burst.room?.take(1) ?? Buffer.alloc(1);
    message[0] = byte;
    burst.add(message);
    burst.flush();
    return message;
  };

  send(1);
  burst.writeDirectly();
  send(2);
  sent = 2;
  burst.writeDirectly();
  const third = send(3);
  const fourth = send(4);
  done.shift()!();
  done.shift()!();
  const fifth = send(5);

  assertEquals(
    wrote.map(([by, bytes]) => [by, bytes.at(-1)]),
    [["grpc", 1], ["grpc", 2], ["http2", 3], ["http2", 4], ["http2", 5]],
  );
  assert(fourth.byteOffset > third.byteOffset, "not sent yet");
  assertEquals(fifth.byteOffset, third.byteOffset);
});

Deno.test("createBurst() copies none of the messages that lie in its memory", () => {
  const wires: Buffer[] = [];
  const { call, done } = fakeCall({
    sent: () => 0,
    onWire: (bytes) => wires.push(bytes as Buffer),
  });
  const burst = createBurst(call);
  burst.writeDirectly();
  // The third begins the other half; of the last two there is no room for one.
  const made = [900_000, 900_000, 900_000, 10, 2_000_000, 20].map((length) =>
    burst.room!.take(length) ?? Buffer.alloc(length)
  );
  made.forEach((message, at) => message.fill(at));

  made.forEach(burst.add);
  burst.flush();

  const memory = new Set([made[0]!.buffer, made[2]!.buffer]);
  assertEquals(memory.size, 2);
  assertEquals(
    wires.map(({ buffer, length }) => [memory.has(buffer), length]),
    [[true, 1_800_010], [true, 900_020], [false, 2_000_005], [true, 25]],
  );
  assert(Buffer.concat(wires).equals(onTheWire(made)));
  for (const isDone of done) isDone();
  assertEquals(burst.room!.take(1)!.byteOffset, 5);
});

Deno.test("createBurst() ends the call where its stream is no more", () => {
  const { call, wrote, broken } = fakeCall({ sent: () => 0 });
  const burst = createBurst(call);
  burst.writeDirectly();
  broken.add("http2");

  burst.add(Buffer.from([1]));
  burst.flush();

  assertEquals(wrote, [["cancel", []]]);
});

Deno.test("createBurst() goes on with grpc-js where that is built otherwise", () => {
  const wrote: Buffer[] = [];
  const burst = createBurst({
    write: (message) => void wrote.push(message),
    cancel: () => wrote.length = 0,
  });

  burst.writeDirectly();
  burst.add(Buffer.from([1]));
  burst.flush();

  assertEquals([wrote, burst.room], [[Buffer.from([1])], undefined]);
});

Deno.test("directStreamOf() finds the stream of this grpc-js's calls, and not before its messages are sent", async () => {
  await using server = await serveEcho();
  const client = new Client(server.address, credentials.createInsecure());
  const call = client.makeBidiStreamRequest(
    Converse.path,
    Converse.requestSerialize,
    Converse.responseDeserialize,
  );
  try {
    call.write({ text: "one" });
    const before = directStreamOf(call, 1);
    await once(call, "data");
    const [fewer, all, more] = [0, 1, 2]
      .map((written) => directStreamOf(call, written));

    assertEquals([before, fewer, more], [undefined, undefined, undefined]);
    assert(all);
    call.end();
    await once(call, "end");
  } finally {
    client.close();
  }
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
