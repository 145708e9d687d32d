import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatAnswer, formatNumber } from "../../calculator/format.ts";

for (
  const [value, wanted] of [
    [36, "36"],
    [-27, "-27"],
    [0.1 + 0.2, "0.3"],
    [1.1 * 1.1, "1.21"],
    [4.35 * 100, "435"],
    [1 / 3, "0.333333333333333"],
    [9_007_199_254_740_991, "9007199254740991"],
    [1e21, "1e+21"],
    [5e-324, "5e-324"],
    [Number.MAX_VALUE, "1.7976931348623157e+308"],
  ] as const
) {
  Deno.test(`formatNumber() writes ${value} as ${wanted}`, () => {
    assertEquals(formatNumber(value), wanted);
  });
}

Deno.test("formatNumber() is never off by more than the digits it leaves out", () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (value) => {
        const written = Number(formatNumber(value));
        return Math.abs(written - value) <= Math.abs(value) * 1e-14 + 5e-324;
      },
    ),
  );
});

Deno.test("formatAnswer() has the calculation, its answer, the time and the server", () => {
  const line = formatAnswer({
    operand1: 12,
    operand2: 3,
    operation: "OPERATION_MULTIPLY",
    result: 36,
    elapsedMs: 0.8123,
    address: "127.0.0.1:5555",
  });

  assertEquals(line, "12 x 3 = 36 (0.8 ms, 127.0.0.1:5555)");
});
