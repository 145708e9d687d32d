import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  isTimestamp,
  parseTimestamp,
  timestampEnd,
} from "../../../stages/parse/timestamp.ts";
import { anyText } from "../../support/arbitraries.ts";

/** What each text is, as an exact instant; undefined for none. */
const READ: Record<string, string | undefined> = {
  "2026-01-01T00:00:00.250Z": "2026-01-01T00:00:00.250Z",
  "2026-01-01T00:00:00Z": "2026-01-01T00:00:00.000Z",
  "2026-01-01t00:00:00z": "2026-01-01T00:00:00.000Z",
  "2026-01-01 00:00:00Z": "2026-01-01T00:00:00.000Z",
  "2026-01-01T01:30:00+01:30": "2026-01-01T00:00:00.000Z",
  "2025-12-31T16:00:00-08:00": "2026-01-01T00:00:00.000Z",
  "2026-01-01T00:00:00-00:00": "2026-01-01T00:00:00.000Z",
  "2026-01-01T00:00:00.1Z": "2026-01-01T00:00:00.100Z",
  "2026-01-01T00:00:00.123456789Z": "2026-01-01T00:00:00.123Z",
  "2016-12-31T23:59:60Z": "2017-01-01T00:00:00.000Z",
  "2016-12-31T15:59:60.5-08:00": "2017-01-01T00:00:00.500Z",
  "2024-02-29T00:00:00.000Z": "2024-02-29T00:00:00.000Z",
  "2000-02-29T00:00:00Z": "2000-02-29T00:00:00.000Z",
  "2026-01-31T00:00:00.000Z": "2026-01-31T00:00:00.000Z",
  "0000-02-29T00:00:00Z": "0000-02-29T00:00:00.000Z",
  "0099-12-31T00:00:00Z": "0099-12-31T00:00:00.000Z",
  "9999-12-31T23:59:59.999Z": "9999-12-31T23:59:59.999Z",
  // What is no RFC 3339 date and time with zone.
  "": undefined,
  "purchase-12": undefined,
  "soon": undefined,
  "2026-012": undefined,
  "2026": undefined,
  "2026-01-01": undefined,
  "2026-01-01T00:00:00": undefined,
  "2026-01-01T00:00Z": undefined,
  "2026-01-01T00:00:00,5Z": undefined,
  "2026-01-01T00:00:00.Z": undefined,
  "2026-01-01T00:00:00+0100": undefined,
  "2026-01-01T00:00:00+01": undefined,
  "2026-01-01T00:00:00+24:00": undefined,
  "2026-01-01T00:00:00+01:60": undefined,
  "2026-01-01  00:00:00Z": undefined,
  "2026-01-01T00:00:00.250Z ": undefined,
  "2026-01-01T00:00:00Z\n": undefined,
  "2026-02-29T00:00:00.000Z": undefined,
  "2026-02-30T00:00:00.000Z": undefined,
  "1900-02-29T00:00:00Z": undefined,
  "2026-04-31T00:00:00.000Z": undefined,
  "2026-00-01T00:00:00.000Z": undefined,
  "2026-13-01T00:00:00.000Z": undefined,
  "2026-01-00T00:00:00.000Z": undefined,
  "2026-01-32T00:00:00.000Z": undefined,
  "2026-01-01T24:00:00.000Z": undefined,
  "2026-01-01T00:60:00.000Z": undefined,
  "2026-01-01T00:00:61.000Z": undefined,
  "+275760-09-13T00:00:00.000Z": undefined,
  "-000001-01-01T00:00:00Z": undefined,
  "Thu, 01 Jan 2026 00:00:00 GMT": undefined,
  "٢٠٢٦-01-01T00:00:00.250Z": undefined,
};

for (const [text, instant] of Object.entries(READ)) {
  Deno.test(`parseTimestamp() reads ${JSON.stringify(text)} as ${instant ?? "none"}`, () => {
    const ms = parseTimestamp(text);

    assertEquals(
      Number.isNaN(ms) ? undefined : new Date(ms).toISOString(),
      instant,
    );
    assertEquals(isTimestamp(text), instant !== undefined);
  });
}

const TIME = fc.date({
  noInvalidDate: true,
  min: new Date("0000-01-01"),
  max: new Date("9999-12-31"),
});

Deno.test("parseTimestamp() reads what a Date writes", () => {
  fc.assert(fc.property(TIME, (date) => {
    assertEquals(parseTimestamp(date.toISOString()), date.getTime());
  }));
});

Deno.test("isTimestamp() and timestampEnd() agree with parseTimestamp() on times with one character changed", () => {
  const isTime = (text: string) => !Number.isNaN(parseTimestamp(text));
  const agrees = (text: string) => {
    assertEquals(isTimestamp(text), isTime(text), text);
    const bytes = new TextEncoder().encode(`"${text}"`);
    const end = timestampEnd(bytes, 1);
    assertEquals(end === bytes.length - 1, isTime(text), text);
    // Or it is one that ends before the text does.
    if (end >= 0) assertEquals(isTime(text.slice(0, end - 1)), true, text);
  };
  const character = fc.oneof(
    fc.constantFrom(..."0123456789-+:.TZ tz/"),
    anyText({ minLength: 1, maxLength: 1 }),
  );
  fc.assert(
    fc.property(TIME, fc.nat(24), character, (date, at, character) => {
      const time = date.toISOString();
      agrees(time);
      agrees(time.slice(0, at) + character + time.slice(at + 1));
      agrees(time.slice(0, at) + character + time.slice(at));
      agrees(time.slice(0, at) + time.slice(at + 1));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("parseTimestamp() counts as a Date does, with any fraction and zone", () => {
  const zone = fc.tuple(
    fc.constantFrom("+", "-"),
    fc.nat(23),
    fc.nat(59),
  );
  const two = (number: number) => String(number).padStart(2, "0");
  const fraction = fc.stringMatching(/^[0-9]{1,70}$/);
  fc.assert(
    fc.property(
      TIME,
      fraction,
      zone,
      (date, fraction, [sign, hour, minute]) => {
        const second = date.toISOString().slice(0, 19);
        const text = `${second}.${fraction}${sign}${two(hour)}:${two(minute)}`;

        const offset = (hour * 60 + minute) * 60_000;
        const ms = Number(fraction.slice(0, 3).padEnd(3, "0"));
        assertEquals(
          parseTimestamp(text),
          Date.parse(`${second}Z`) + ms + (sign === "-" ? offset : -offset),
        );
      },
    ),
    { numRuns: 2_000 },
  );
});
