import { assert, assertEquals } from "@std/assert";
import { Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import {
  ENOUGH_BYTES,
  joinWrites,
} from "../../../runtime/rpc/joined_writes.ts";
import {
  connectEcho,
  EchoService,
  serveEcho,
} from "../../fixtures/echo_service.ts";

/** A socket that notes what reaches it, each write by itself. */
function fakeSocket(given: { destroyed?: boolean; full?: boolean } = {}) {
  const calls: unknown[][] = [];
  const socket = {
    destroyed: given.destroyed ?? false,
    writableNeedDrain: given.full ?? false,
    write(...call: unknown[]) {
      calls.push(["write", ...call.map(shown)]);
      return !socket.writableNeedDrain;
    },
    end: (...call: unknown[]) => void calls.push(["end", ...call]),
  };
  joinWrites(socket);
  return { socket, calls };
}

function shown(value: unknown): unknown {
  return value instanceof Uint8Array ? [...value] : value;
}

const bytes = (...values: number[]) => new Uint8Array(values);

Deno.test("joinWrites() sends what one turn writes at its end, in order", async () => {
  const { socket, calls } = fakeSocket();
  const other = fakeSocket();

  socket.write(bytes(1, 2));
  other.socket.write(bytes(9));
  socket.write(bytes(3));
  await Promise.resolve().then(() => socket.write(bytes(4)));
  assertEquals(calls, []);
  await setImmediate();

  assertEquals(calls, [["write", [1, 2, 3, 4]]]);
  assertEquals(other.calls, [["write", [9]]]);
});

Deno.test("joinWrites() sends the next turn's by themselves", async () => {
  const { socket, calls } = fakeSocket();

  socket.write(bytes(1));
  await setImmediate();
  socket.write(bytes(2));
  await setImmediate();
  await setImmediate();

  assertEquals(calls, [["write", [1]], ["write", [2]]]);
});

Deno.test("joinWrites() does not wait once there is enough", async () => {
  const { socket, calls } = fakeSocket();

  socket.write(bytes(1));
  socket.write(new Uint8Array(ENOUGH_BYTES));
  assertEquals(calls, [["write", [1, ...new Uint8Array(ENOUGH_BYTES)]]]);
  socket.write(bytes(2));
  await setImmediate();

  assertEquals(calls.slice(1), [["write", [2]]]);
});

Deno.test("joinWrites() keeps the order before an end and a write with a listener", () => {
  const { socket, calls } = fakeSocket();
  const done = () => {};

  socket.write(bytes(1));
  socket.write(bytes(2), done);
  socket.write(bytes(3));
  socket.end(done);

  assertEquals(calls, [
    ["write", [1]],
    ["write", [2], done],
    ["write", [3]],
    ["end", done],
  ]);
});

Deno.test("joinWrites() writes nothing to a socket that was destroyed", async () => {
  const { socket, calls } = fakeSocket();

  socket.write(bytes(1));
  socket.destroyed = true;
  await setImmediate();

  assertEquals(calls, []);
});

for (const full of [true, false]) {
  Deno.test(`joinWrites() says whether the socket takes more: ${!full}`, () => {
    const { socket } = fakeSocket({ full });

    assertEquals(socket.write(bytes(1)), !full);
    assertEquals(socket.write(new Uint8Array(ENOUGH_BYTES)), !full);
  });
}

/** Counts what all sockets of this process write until it is disposed of. */
function countWrites(): Disposable & { readonly count: number } {
  const { write } = Socket.prototype;
  let count = 0;
  Socket.prototype.write = function (this: Socket, ...call: unknown[]) {
    count++;
    return Reflect.apply(write, this, call);
  } as typeof write;
  return {
    get count() {
      return count;
    },
    [Symbol.dispose]() {
      Socket.prototype.write = write;
    },
  };
}

Deno.test("serve() and connect() write less often than they have calls", async () => {
  await using served = await serveEcho();
  using connection = connectEcho(served.address);
  const say = () => connection.unary(EchoService.Say, { text: "yes" });
  await say();
  using writes = countWrites();

  const answers = await Promise.all(Array.from({ length: 64 }, say));

  assertEquals(new Set(answers.map(({ text }) => text)), new Set(["yes"]));
  assert(writes.count < answers.length, `${writes.count} writes`);
});
