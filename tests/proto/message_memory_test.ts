import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import {
  createMessageMemory,
  PREFIX_BYTES,
} from "../../proto/message_memory.ts";

/** A number below `most`, the next of a fixed sequence. */
function sequence() {
  let state = 7;
  return (most: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % most;
  };
}

Deno.test("take() never gives room that a message stands in, nor that of its prefix", () => {
  const memory = createMessageMemory(1_000);
  const next = sequence();
  const taken: { message: Buffer; mark: number }[] = [];
  let given = 0;
  let refused = 0;

  for (let round = 0; round < 5_000; round++) {
    if (taken.length > 0 && next(2) === 0) {
      const [one] = taken.splice(next(taken.length), 1);
      assert(one!.message.every((byte) => byte === one!.mark));
      memory.giveBack(one!.message, 1);
      continue;
    }
    const message = memory.take(1 + next(300));
    if (!message) {
      refused++;
      continue;
    }
    const mark = ++given % 251;
    // The prefix is written over as well.
    Buffer.from(
      message.buffer,
      message.byteOffset - PREFIX_BYTES,
      PREFIX_BYTES + message.length,
    ).fill(mark);
    taken.push({ message, mark });
  }

  assert(given > 1_000 && refused > 100, `${given} given, ${refused} refused`);
});

Deno.test("take() uses the same room again once all of it is given back", () => {
  const memory = createMessageMemory(100);
  const [one, two] = [memory.take(30)!, memory.take(30)!];

  memory.giveBack(one, 1);
  const three = memory.take(85)!;
  memory.giveBack(two, 1);
  const four = memory.take(30)!;

  assert(three.buffer !== one.buffer, "the other half");
  assertEquals(
    [four.buffer === one.buffer, four.byteOffset],
    [true, one.byteOffset],
  );
});

Deno.test("take() gives no room to what is larger than a half", () => {
  const memory = createMessageMemory(100);

  assertEquals(memory.take(95)?.length, 95);
  assertEquals(memory.take(96), undefined);
});

Deno.test("take() writes before a message what the wire has there", () => {
  const memory = createMessageMemory();

  for (const length of [0, 1, 255, 65_536 + 258]) {
    const message = memory.take(length)!;
    const prefix = Buffer.from(
      message.buffer,
      message.byteOffset - PREFIX_BYTES,
      PREFIX_BYTES,
    );
    assertEquals([prefix.readUInt8(0), prefix.readUInt32BE(1)], [0, length]);
  }
});

Deno.test("neighbours() counts those that stand one behind the other", () => {
  const memory = createMessageMemory(100);
  const [one, two, three] = [20, 0, 30].map((length) => memory.take(length)!);
  const otherHalf = memory.take(60)!;
  const elsewhere = Buffer.alloc(20);
  const messages = [one!, two!, three!, otherHalf, elsewhere, one!, three!];

  assertEquals(
    messages.map((_, at) => memory.neighbours(messages, at)),
    [3, 2, 1, 1, 0, 1, 1],
  );
});

Deno.test("giveBack() gives back neighbours at once, and leaves messages from elsewhere alone", () => {
  const memory = createMessageMemory(100);
  const one = memory.take(40)!;
  memory.take(40);
  const other = memory.take(60)!;

  memory.giveBack(Buffer.alloc(60), 1);
  assertEquals(memory.take(60), undefined);
  memory.giveBack(one, 2);

  assert(other.buffer !== one.buffer);
  assertEquals(memory.take(60)!.byteOffset, one.byteOffset);
});
