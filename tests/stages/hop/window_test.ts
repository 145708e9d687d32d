import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { MAX_LINE_BYTES } from "../../../stages/events/lines.ts";
import {
  hasRoom,
  type Load,
  MAX_MESSAGE_BYTES,
  mustAnswer,
  WINDOW,
} from "../../../stages/hop/window.ts";

const MIB = 1_048_576;

const ROOM: [unanswered: Load, bytes: number, room: boolean][] = [
  [{ batches: 0, bytes: 0 }, 1, true],
  [{ batches: 0, bytes: 0 }, 100 * MIB, true],
  [{ batches: 255, bytes: 255 }, 1, true],
  [{ batches: 256, bytes: 256 }, 1, false],
  [{ batches: 2, bytes: 3 * MIB }, MIB, true],
  [{ batches: 2, bytes: 3 * MIB }, MIB + 1, false],
  [{ batches: 1, bytes: 100 * MIB }, 1, false],
  // The receiver may keep silent about this much, so nothing can be awaited.
  [{ batches: 63, bytes: MIB - 1 }, 100 * MIB, true],
  [{ batches: 64, bytes: 64 }, 100 * MIB, false],
];

for (const [unanswered, bytes, room] of ROOM) {
  const { batches, bytes: sent } = unanswered;
  Deno.test(`hasRoom() ${room ? "lets" : "keeps"} ${bytes} bytes ${room ? "go" : "back"} after ${batches} batches of ${sent}`, () => {
    assertEquals(hasRoom(unanswered, WINDOW, bytes), room);
  });
}

const ANSWER: [unanswered: Load, must: boolean][] = [
  [{ batches: 0, bytes: 0 }, false],
  [{ batches: 63, bytes: MIB - 1 }, false],
  [{ batches: 64, bytes: 64 }, true],
  [{ batches: 1, bytes: MIB }, true],
];

for (const [unanswered, must] of ANSWER) {
  Deno.test(`mustAnswer() is ${must} after ${unanswered.batches} batches of ${unanswered.bytes} bytes`, () => {
    assertEquals(mustAnswer(unanswered, WINDOW), must);
  });
}

Deno.test("mustAnswer() answers each batch where the window is none", () => {
  const none = { batches: 0, bytes: 0 };

  assert(mustAnswer({ batches: 1, bytes: 1 }, none));
});

Deno.test("hasRoom() and mustAnswer() never wait for each other, and keep little on its way", () => {
  const window = { batches: 8, bytes: 1_000 };
  const size = fc.oneof(
    fc.integer({ min: 1, max: 50 }),
    fc.integer({ min: 1, max: 3_000 }),
  );
  const sizes = fc.array(size, { minLength: 1, maxLength: 100 });
  fc.assert(fc.property(sizes, fc.array(fc.boolean()), (sizes, turns) => {
    const sender: Load = { batches: 0, bytes: 0 };
    const receiver: Load = { batches: 0, bytes: 0 };
    const onTheirWay: number[] = [];
    let sent = 0;
    for (let turn = 0; sent < sizes.length; turn++) {
      const bytes = sizes[sent]!;
      const room = hasRoom(sender, window, bytes);
      if (room && (turns[turn] ?? true)) {
        onTheirWay.push(bytes);
        sender.batches++;
        sender.bytes += bytes;
        sent++;
        assertLessOrEqual(sender.batches, window.batches);
        assertLessOrEqual(
          sender.bytes,
          Math.max(window.bytes, window.bytes / 4 + bytes),
        );
        continue;
      }
      const taken = onTheirWay.shift();
      if (taken === undefined) {
        assert(room, "both wait");
        continue;
      }
      receiver.batches++;
      receiver.bytes += taken;
      if (!mustAnswer(receiver, window)) continue;
      sender.batches -= receiver.batches;
      sender.bytes -= receiver.bytes;
      receiver.batches = receiver.bytes = 0;
    }
  }));
});

Deno.test("a message may have what the longest line may become", () => {
  assertEquals(MAX_MESSAGE_BYTES, 8 * MAX_LINE_BYTES);
});
