import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { integerFigures } from "../../../stages/aggregate/integer_figures.ts";

const value = fc.oneof(
  fc.maxSafeInteger().map(BigInt),
  fc.constantFrom(
    BigInt(Number.MAX_SAFE_INTEGER),
    BigInt(Number.MIN_SAFE_INTEGER),
    1n,
    -1n,
  ),
  fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }),
);

Deno.test("integerFigures() adds as bigints do", () => {
  fc.assert(fc.property(fc.array(value), value, (values, start) => {
    const all = [start, ...values];
    const figures = integerFigures(undefined, []);
    figures.grow(1);
    figures.clear(0);

    // One after the other, as batches of one.
    for (const each of all) {
      const isSafe = Number.isSafeInteger(Number(each));
      figures.add(
        {
          value: Float64Array.of(Number(each)),
          exact: isSafe ? [] : [{ row: 0, decimal: String(each) }],
        },
        Uint32Array.of(0),
        1,
      );
    }

    assertEquals(
      figures.figures(0, all.length).sum,
      String(all.reduce((a, b) => a + b)),
    );
  }));
});
