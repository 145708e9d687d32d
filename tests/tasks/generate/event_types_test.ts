import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import { typesFromFlag } from "../../../tasks/generate/event_types.ts";

const NAMES_OR_NUMBER =
  "names with commas between them, or a whole number from 1 to 1000";

for (
  const { text, types } of [
    { text: "1", types: ["click"] },
    { text: "2", types: ["click", "view"] },
    { text: "5", types: ["click", "view", "purchase", "type4", "type5"] },
    { text: "order", types: ["order"] },
    { text: "order,refund", types: ["order", "refund"] },
    { text: 'é,"quoted",work', types: ["é", '"quoted"', "work"] },
    { text: "a,1", types: ["a", "1"] },
  ]
) {
  Deno.test(`typesFromFlag() reads ${text}`, () => {
    assertEquals(typesFromFlag(text), types);
  });
}

for (
  const { text, message } of [
    { text: "0", message: NAMES_OR_NUMBER },
    { text: "1001", message: NAMES_OR_NUMBER },
    { text: "-1", message: NAMES_OR_NUMBER },
    { text: "2.5", message: NAMES_OR_NUMBER },
    { text: "", message: "a name before and after each comma" },
    { text: ",", message: "a name before and after each comma" },
    { text: "a,,b", message: "a name before and after each comma" },
    { text: "a,b,", message: "a name before and after each comma" },
    { text: "a, b", message: 'names without white space: one is " b"' },
    { text: "a\tb", message: 'names without white space: one is "a\\tb"' },
    { text: "a,b,a", message: 'each name once: "a" is there twice' },
    { text: manyNames(1_001), message: "at most 1000 names: there are 1001" },
  ]
) {
  Deno.test(`typesFromFlag() refuses ${JSON.stringify(text.slice(0, 9))}`, () => {
    assertThrows(() => typesFromFlag(text), UsageError, `expected ${message}`);
  });
}

Deno.test("typesFromFlag() reads up to a thousand types", () => {
  assertEquals(typesFromFlag("1000").length, 1_000);
  assertEquals(typesFromFlag(manyNames(1_000)).length, 1_000);
});

function manyNames(length: number): string {
  return Array.from({ length }, (_, index) => `n${index}`).join(",");
}
