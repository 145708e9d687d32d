import { EventEmitter } from "node:events";
import { assertEquals, assertRejects } from "@std/assert";
import { Fault } from "../../../runtime/program/errors.ts";
import { readMessages } from "../../../runtime/rpc/message_stream.ts";

Deno.test("readMessages() gives messages in order, then the end", async () => {
  const stream = new FakeStream();
  const messages = readMessages<number>(stream, "parse");

  for (const message of [1, 2, 3]) stream.emit("data", message);
  stream.emit("end");

  assertEquals(await Array.fromAsync(messages), [1, 2, 3]);
});

Deno.test("readMessages() wakes a reader who came first", async () => {
  const stream = new FakeStream();
  const messages = readMessages<number>(stream, "parse");
  const first = messages.next();
  stream.emit("data", 1);
  const second = messages.next();
  stream.emit("end");

  assertEquals(await first, { done: false, value: 1 });
  assertEquals(await second, { done: true, value: undefined });
});

Deno.test("readMessages() gives what came before an error, then the error", async () => {
  const stream = new FakeStream();
  const messages = readMessages<number>(stream, "parse");

  stream.emit("data", 1);
  stream.emit("error", new Error("broken"));
  stream.emit("end");

  assertEquals(await messages.next(), { done: false, value: 1 });
  for (const _ of ["first", "again"]) {
    const fault = await assertRejects(() => messages.next(), Fault);
    assertEquals(fault.message, "Cannot call parse: broken");
  }
});

Deno.test("readMessages() gives what a paused stream holds before its error", async () => {
  const stream = new FakeStream();
  const messages = readMessages<number>(stream, "parse");
  for (let i = 0; i < 256; i++) stream.emit("data", i);

  stream.held.push(256, 257);
  stream.emit("error", new Error("broken"));

  for (let i = 0; i < 258; i++) assertEquals((await messages.next()).value, i);
  await assertRejects(() => messages.next(), Fault, "broken");
});

Deno.test("readMessages() throws cancelled when the caller is gone", async () => {
  const stream = new FakeStream();
  const messages = readMessages<number>(stream, "127.0.0.1:9");
  const next = assertRejects(() => messages.next(), Fault);

  stream.emit("cancelled");

  assertEquals((await next).code, "cancelled");
});

Deno.test("readMessages() does not take a lost caller for the end", async () => {
  const stream = new FakeStream();
  const messages = readMessages<number>(stream, "127.0.0.1:9");
  const next = assertRejects(() => messages.next(), Fault);

  stream.emit("end");
  await Promise.resolve();
  stream.emit("cancelled");

  assertEquals((await next).code, "cancelled");
});

Deno.test("readMessages() pauses the stream for a slow reader", async () => {
  const stream = new FakeStream();
  const messages = readMessages<number>(stream, "parse");

  for (let i = 0; i < 256; i++) stream.emit("data", i);
  const whileFull = [...stream.asked];
  for (let i = 0; i < 256; i++) await messages.next();

  assertEquals(whileFull, ["pause"]);
  assertEquals(stream.asked, ["pause", "resume"]);
});

Deno.test("readMessages() lets the stream flow when its reader has left", async () => {
  const stream = new FakeStream();
  let abandoned = 0;
  const messages = readMessages<number>(stream, "parse", () => abandoned++);
  for (let i = 0; i < 300; i++) stream.emit("data", i);

  for await (const message of messages) {
    if (message === 1) break;
  }
  for (let i = 0; i < 300; i++) stream.emit("data", i);

  assertEquals(stream.asked, ["pause", "resume"]);
  assertEquals(abandoned, 1);
  assertEquals(await messages.next(), { done: true, value: undefined });
});

Deno.test("take() gives what has arrived, in order with next()", async () => {
  const stream = new FakeStream();
  const messages = readMessages<number>(stream, "parse");
  const first = messages.next();

  const before = messages.take?.();
  for (const message of [1, 2, 3]) stream.emit("data", message);

  assertEquals(before, undefined);
  assertEquals((await first).value, 1);
  assertEquals(messages.take?.(), 2);
  assertEquals((await messages.next()).value, 3);
  assertEquals(messages.take?.(), undefined);
});

/** A stream that notes what it is asked to do, and may hold messages. */
class FakeStream extends EventEmitter {
  readonly asked: string[] = [];
  readonly held: number[] = [];

  get readableLength(): number {
    return this.held.length;
  }

  read(): void {
    this.emit("data", this.held.shift());
  }

  pause(): void {
    this.asked.push("pause");
  }

  resume(): void {
    this.asked.push("resume");
  }
}
