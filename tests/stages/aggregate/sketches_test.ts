import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createSketch } from "../../../stages/aggregate/sketch.ts";
import { createSketches } from "../../../stages/aggregate/sketches.ts";

const number = fc.oneof(
  fc.integer({ min: 0, max: 10_000 }),
  fc.double({ min: -10, max: 1e9, noNaN: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const values = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), number), {
  maxLength: 200,
});

Deno.test("each of many sketches tells what one of its own does, also when gone on with", () => {
  fc.assert(fc.property(values, values, (some, others) => {
    const before = createSketches();
    before.grow(4);
    for (const slot of [1, 2, 3]) before.clear(slot);
    const add = (sketches: typeof before, values: typeof some) =>
      sketches.add(
        Float64Array.from([NaN, ...values.map(([, value]) => value)]),
        Uint32Array.from([1, ...values.map(([slot]) => slot)]),
        values.length + 1,
      );
    add(before, some);
    before.grow(8);
    const sketches = createSketches();
    sketches.grow(4);
    for (const slot of [1, 2, 3]) sketches.restore(slot, before.state(slot));
    add(sketches, others);

    for (const slot of [1, 2, 3]) {
      const own = createSketch();
      for (const [at, value] of [...some, ...others]) {
        if (at === slot) own.add(value);
      }
      for (const quantile of own.count > 0 ? [0, 0.3, 0.5, 0.95, 1] : []) {
        assertEquals(
          sketches.quantile(slot, quantile, own.count),
          own.quantile(quantile),
        );
      }
      sketches.clear(slot);
      assertEquals(sketches.state(slot).counts.length, 0);
    }
  }));
});
