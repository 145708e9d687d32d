import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Buffer } from "node:buffer";
import { createByteDictionary } from "../../../stages/parse/byte_dictionary.ts";

/** Each has the same FNV-1a of 32 bits as the next one. */
const COLLIDING = [
  ...["costarring", "liquid", "declinate", "macallums"],
  ...["altarage", "zinke", "altarages", "zinkes"],
];

const TEXT = fc.oneof(
  fc.constantFrom(...COLLIDING),
  fc.integer({ min: 0, max: 400 }).map(String),
  fc.string({ unit: "binary-ascii", maxLength: 4 }),
  fc.string({ unit: "binary-ascii", minLength: 300, maxLength: 600 }),
  fc.string({ unit: "grapheme", maxLength: 3 }),
);

Deno.test("a byte dictionary numbers texts as a Map does, whichever way they come", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(TEXT, { maxLength: 5 }),
      fc.array(fc.tuple(TEXT, fc.nat(5)), { maxLength: 300, size: "+2" }),
      (first, coming) => {
        const numbers = new Map(first.map((text, number) => [text, number]));
        const dictionary = createByteDictionary(first);

        for (const [text, before] of coming) {
          const bytes = Buffer.from(`${"x".repeat(before)}${text}y`);
          const end = bytes.length - 1;
          // A view that begins within its buffer.
          const view = bytes.subarray(before - Math.min(before, 1));
          const from = Math.min(before, 1);
          const to = from + end - before;
          const known = numbers.get(text);
          assertEquals(dictionary.find(view, from, to), known ?? -1);
          const isAscii = /^[\0-\x7f]*$/.test(text);
          const number = isAscii && before % 2 === 0
            ? dictionary.add(view, from, to)
            : dictionary.addText(text);
          assertEquals(number, known ?? numbers.size);
          numbers.set(text, number);
        }

        assertEquals(dictionary.texts, [...numbers.keys()]);
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("a byte dictionary keeps apart what has the same hash, and grows", () => {
  const dictionary = createByteDictionary(COLLIDING);
  const texts = [
    ...COLLIDING,
    ...Array.from({ length: 10_000 }, (_, index) => `text ${index}`),
  ];

  const added = texts.map((text) =>
    dictionary.add(Buffer.from(text), 0, text.length)
  );

  const numbers = texts.map((_, number) => number);
  assertEquals(added, numbers);
  assertEquals(
    texts.map((text) => dictionary.find(Buffer.from(text), 0, text.length)),
    numbers,
  );
  assertEquals(dictionary.texts, texts);
});
