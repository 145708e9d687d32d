import { assertEquals, assertLessOrEqual, assertRejects } from "@std/assert";
import fc from "fast-check";
import { START } from "../../../proto/pipeline/batches.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { mergeLanes } from "../../../stages/hop/merge_lanes.ts";
import { createMeter } from "../../../stages/hop/meter.ts";
import type { AnyBatch, Received } from "../../../stages/hop/receiver.ts";
import { at, batch, fedLane } from "./lanes.ts";

/** Where batches begin and end, as events. */
function spans(batches: readonly Received<AnyBatch>[]): number[][] {
  return batches.map(({ batch: { begin, end } }) => [begin!.event, end!.event]);
}

const scene = fc.record({
  /** Sizes of the batches, in the order of the input. */
  sizes: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 40 }),
  lanes: fc.integer({ min: 1, max: 6 }),
  /** The lane of each batch; any will do. */
  laneOf: fc.infiniteStream(fc.nat(5)),
  /** Which lane comes next, and how long it is until then. */
  arrivals: fc.infiniteStream(fc.nat(5)),
});

Deno.test("mergeLanes() gives the order of the input in whatever order batches arrive, and holds one of each lane", async () => {
  await fc.assert(
    fc.asyncProperty(scene, async ({ sizes, lanes: count, ...random }) => {
      const lanes = Array.from({ length: count }, fedLane);
      const waiting = lanes.map((): Received<AnyBatch>[] => []);
      const right: Received<AnyBatch>[] = [];
      let end = 0;
      for (const size of sizes) {
        const each = batch(end, end += size);
        right.push(each);
        waiting[random.laneOf.next().value! % count]!.push(each);
      }
      for (const lane of waiting) lane.push(batch(end));
      const arriving = (async () => {
        while (waiting.some((lane) => lane.length > 0)) {
          const turn = random.arrivals.next().value!;
          const next = waiting[turn % count]!.shift();
          if (next) lanes[turn % count]!.give(next);
          if (turn === 0) await new Promise((resolve) => setTimeout(resolve));
        }
        for (const lane of lanes) lane.close();
      })();

      const merged: Received<AnyBatch>[] = [];
      const meter = createMeter("aggregate");
      for await (const received of mergeLanes(lanes, START, meter)) {
        merged.push(received);
        const taken = lanes.reduce((sum, { taken }) => sum + taken, 0);
        assertLessOrEqual(taken - merged.length, count);
      }
      await arriving;

      assertEquals(spans(merged), [...spans(right), [end, end]]);
      assertEquals(meter.batches, sizes.length);
    }),
  );
});

Deno.test("mergeLanes() begins where it is told to", async () => {
  const [one, two] = [fedLane(), fedLane()];
  one.give(batch(7, 9), batch(9));
  two.give(batch(5, 7), batch(9));
  for (const lane of [one, two]) lane.close();

  const merged = await Array.fromAsync(
    mergeLanes([one, two], at(5), createMeter("aggregate")),
  );

  assertEquals(spans(merged), [[5, 7], [7, 9], [9, 9]]);
});

Deno.test("mergeLanes() ends without the end where a lane does", async () => {
  const [one, two] = [fedLane(), fedLane()];
  one.give(batch(0, 1), batch(2, 3));
  two.give(batch(1, 2));
  two.close();

  const merged = await Array.fromAsync(
    mergeLanes([one, two], START, createMeter("aggregate")),
  );

  assertEquals(spans(merged), [[0, 1], [1, 2], [2, 3]]);
});

Deno.test("mergeLanes() does not take the end of one lane for that of all", async () => {
  const [one, two] = [fedLane(), fedLane()];
  one.give(batch(0, 1), batch(1));
  const batches = mergeLanes([one, two], START, createMeter("aggregate"));

  assertEquals(spans([(await batches.next()).value!]), [[0, 1]]);
  const next = batches.next();
  two.give(batch(1));
  assertEquals(spans([(await next).value!]), [[1, 1]]);
  one.close();
  two.close();
  assertEquals((await batches.next()).done, true);
});

const ASTRAY: [what: string, lanes: Received<AnyBatch>[][], message: string][] =
  [
    [
      "a batch that is nowhere",
      [[batch(0, 1), batch(2, 3)], [batch(3, 4)]],
      "Cannot take the batch from event 2, offset 4: the one before it ended at event 1, offset 2",
    ],
    [
      "a batch that is there twice",
      [[batch(0, 1), batch(1)], [batch(0, 1), batch(1)]],
      "Cannot take the batch from event 0, offset 0: the one before it ended at event 1, offset 2",
    ],
    [
      "ends that differ",
      [[batch(0, 1), batch(1)], [batch(2)]],
      "Cannot take the batch from event 2, offset 4: the one before it ended at event 1, offset 2",
    ],
    [
      "a batch after the end",
      [[batch(0, 1), batch(1), batch(1, 2)], [batch(1)]],
      "Cannot take the batch from event 1, offset 2: the one before it ended at nowhere",
    ],
  ];

for (const [what, [one, two], message] of ASTRAY) {
  Deno.test(`mergeLanes() refuses ${what}`, async () => {
    const lanes = [fedLane(), fedLane()] as const;
    lanes[0].give(...one!);
    lanes[1].give(...two!);
    lanes[1].close();

    const fault = await assertRejects(
      () => Array.fromAsync(mergeLanes(lanes, START, createMeter("aggregate"))),
      Fault,
    );

    assertEquals(fault.code, "invalid");
    assertEquals(fault.message, message);
  });
}

Deno.test("mergeLanes() fails with what a lane fails with, even while it waits for another", async () => {
  const [one, two] = [fedLane(), fedLane()];
  const fault = new Fault("unavailable", "rules.1 is gone");
  const merging = assertRejects(
    () =>
      Array.fromAsync(
        mergeLanes([one, two], START, createMeter("aggregate")),
      ),
    Fault,
    "rules.1 is gone",
  );
  one.give(batch(1, 2));
  two.fail(fault);

  await merging;
});

Deno.test("mergeLanes() counts as waiting what it waits for the batch that is due", async () => {
  const [one, two] = [fedLane(), fedLane()];
  const meter = createMeter("aggregate");
  one.give(batch(1, 2));
  const first = mergeLanes([one, two], START, meter).next();

  await new Promise((resolve) => setTimeout(resolve, 20));
  two.give(batch(0, 1));
  await first;

  assertLessOrEqual(10, Number(meter.report().waitingMs));
});
