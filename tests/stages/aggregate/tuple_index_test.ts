import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createTupleIndex } from "../../../stages/aggregate/tuple_index.ts";

Deno.test("a tuple index finds what was added and not removed, as a Map does", () => {
  const step = fc.record({
    tuple: fc.tuple(fc.nat(9), fc.nat(9)),
    isAdded: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
    const index = createTupleIndex(2);
    index.grow(101);
    const slots = new Map<string, number>();
    const free = Array.from({ length: 100 }, (_, at) => at + 1);

    for (const { tuple, isAdded } of steps) {
      const known = slots.get(String(tuple));
      if (isAdded && known === undefined) {
        const slot = free.pop()!;
        index.add(slot, Uint32Array.from(tuple));
        slots.set(String(tuple), slot);
      } else if (!isAdded && known !== undefined) {
        index.remove(known);
        slots.delete(String(tuple));
        free.push(known);
      }
    }

    for (let first = 0; first < 10; first++) {
      for (let second = 0; second < 10; second++) {
        const found = index.find(Uint32Array.of(first, second));
        assertEquals(found, slots.get(String([first, second])) ?? 0);
      }
    }
  }));
});
