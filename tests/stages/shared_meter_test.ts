import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { createMeters } from "../../stages/shared_meter.ts";
import { OPENING } from "../support/stage_server.ts";

function lane(opening: string, index: number) {
  return { ...OPENING, lane: { opening, index, count: 2 } };
}

Deno.test("streams of one opening share a meter, those of another do not", () => {
  const meters = createMeters("rules", 3);

  using one = meters.take(lane("o1", 0));
  using two = meters.take(lane("o1", 1));
  using other = meters.take(lane("o2", 0));

  assertStrictEquals(one.meter, two.meter);
  assertEquals(one.meter.streams, 2);
  assert(one.meter !== other.meter);
  assertEquals(one.meter.report().worker, 3);
});

Deno.test("a stream that is the only one has a meter of its own", () => {
  const meters = createMeters("rules");

  using one = meters.take(OPENING);
  using two = meters.take(OPENING);

  assert(one.meter !== two.meter);
  assertEquals("worker" in one.meter.report(), false);
});

Deno.test("a meter lasts until the last of its streams is over", () => {
  const meters = createMeters("rules");
  const one = meters.take(lane("o1", 0));
  const two = meters.take(lane("o1", 1));

  one[Symbol.dispose]();
  assertEquals(two.meter.streams, 1);
  using again = meters.take(lane("o1", 0));
  assertStrictEquals(again.meter, two.meter);
  again.meter.streams = 1;
  two[Symbol.dispose]();
  using fresh = meters.take(lane("o1", 0));
  assert(fresh.meter !== two.meter);
});
