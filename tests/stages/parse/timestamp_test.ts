import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { isTimestamp } from "../../../stages/parse/timestamp.ts";

function agrees(text: string): void {
  assertEquals(isTimestamp(text), !Number.isNaN(Date.parse(text)), text);
}

Deno.test("isTimestamp() agrees with Date.parse on any text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), agrees));
});

Deno.test("isTimestamp() agrees with Date.parse on texts of the usual form with wrong numbers", () => {
  const upTo = (max: number) =>
    fc.nat(max).map((each) => `${each}`.padStart(`${max}`.length, "0"));
  fc.assert(
    fc.property(
      upTo(9999),
      upTo(13),
      upTo(33),
      upTo(25),
      upTo(61),
      upTo(61),
      upTo(999),
      (year, month, day, hour, minute, second, ms) =>
        agrees(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`),
    ),
    { numRuns: 2_000 },
  );
});

Deno.test("isTimestamp() agrees with Date.parse on times with one character changed", () => {
  const time = fc.date({
    noInvalidDate: true,
    min: new Date("0000-01-01"),
    max: new Date("9999-12-31"),
  }).map((date) => date.toISOString());
  const character = fc.oneof(
    fc.constantFrom(..."0123456789-+:.TZ tz/"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  );
  fc.assert(
    fc.property(time, fc.nat(24), character, (time, at, character) => {
      agrees(time);
      agrees(time.slice(0, at) + character + time.slice(at + 1));
      agrees(time.slice(0, at) + character + time.slice(at));
      agrees(time.slice(0, at) + time.slice(at + 1));
    }),
    { numRuns: 2_000 },
  );
});

for (
  const text of [
    "",
    "2026-02-29T00:00:00.000Z",
    "2024-02-29T00:00:00.000Z",
    "2026-01-01T24:00:00.000Z",
    "2026-01-01T24:00:00.001Z",
    "2026-12-31T23:59:60.000Z",
    "0000-01-01T00:00:00.000Z",
    "-000001-01-01T00:00:00Z",
    "+275760-09-13T00:00:00.000Z",
    "+275760-09-13T00:00:00.001Z",
    "2026-01-01T00:00:00.250z",
    "٢٠٢٦-01-01T00:00:00.250Z",
    "NaN",
  ]
) {
  Deno.test(`isTimestamp() agrees with Date.parse on "${text}"`, () => {
    agrees(text);
  });
}
