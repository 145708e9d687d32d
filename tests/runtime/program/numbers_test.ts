import { assertEquals } from "@std/assert";
import { quantity, trimmed } from "../../../runtime/program/numbers.ts";

Deno.test("quantity() has one event, and no or many events", () => {
  assertEquals([0, 1, 2, 1_234].map((count) => quantity(count, "event")), [
    "0 events",
    "1 event",
    "2 events",
    "1,234 events",
  ]);
});

for (
  const [number, expected] of [
    [0.5, "0.5"],
    [1234.56789, "1,234.5679"],
    [-0.00001, "0"],
    [123456789012345680000, "123,456,789,012,345,680,000"],
    [1e300, "1.00000e300"],
    ["-9007199254740993", "-9,007,199,254,740,993"],
    ["9".repeat(30), "9.99999e29"],
    ["Infinity", "Infinity"],
  ] as const
) {
  Deno.test(`trimmed() shows ${number} as ${expected}`, () => {
    assertEquals(trimmed(number), expected);
  });
}
