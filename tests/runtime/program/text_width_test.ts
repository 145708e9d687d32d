import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  cut,
  cutMiddle,
  fit,
  skipColumns,
  widthOf,
} from "../../../runtime/program/text_width.ts";

for (
  const { text, columns, expected } of [
    { text: "broker", columns: 6, expected: "broker" },
    { text: "broker", columns: 5, expected: "brok…" },
    { text: "broker", columns: 1, expected: "…" },
    { text: "broker", columns: 0, expected: "" },
    { text: "日本語", columns: 6, expected: "日本語" },
    { text: "日本語", columns: 5, expected: "日本…" },
    { text: "日本語", columns: 4, expected: "日…" },
    { text: "e\u0301tude", columns: 5, expected: "e\u0301tude" },
  ]
) {
  Deno.test(`cut() shows "${text}" in ${columns} columns`, () => {
    assertEquals(cut(text, columns), expected);
  });
}

for (
  const { text, columns, expected } of [
    {
      text: "calculator-server-1",
      columns: 19,
      expected: "calculator-server-1",
    },
    { text: "calculator-server-1", columns: 14, expected: "calcula…rver-1" },
    { text: "calculator-server-2", columns: 14, expected: "calcula…rver-2" },
    { text: "calculator-server-12", columns: 8, expected: "calc…-12" },
    { text: "broker", columns: 2, expected: "b…" },
    { text: "broker", columns: 1, expected: "…" },
    { text: "broker", columns: 0, expected: "" },
    { text: "日本語日本語", columns: 8, expected: "日本…語" },
  ]
) {
  Deno.test(`cutMiddle() keeps the end of "${text}" in ${columns} columns`, () => {
    assertEquals(cutMiddle(text, columns), expected);
  });
}

const TEXT = fc.string({ unit: "grapheme" });
const COLUMNS = fc.nat({ max: 40 });

Deno.test("fit() takes exactly its columns", () => {
  fc.assert(
    fc.property(
      TEXT,
      COLUMNS,
      fc.constantFrom("left" as const, "right" as const),
      (text, columns, align) => {
        assertEquals(widthOf(fit(text, columns, align)), columns);
      },
    ),
  );
});

Deno.test("cut() leaves what fits as it is", () => {
  fc.assert(fc.property(TEXT, (text) => {
    assertEquals(cut(text, widthOf(text)), text);
  }));
});

Deno.test("cut() does not read the whole of an endless line", () => {
  const line = "語".repeat(10_000_000);

  const before = performance.now();
  assertEquals(widthOf(cut(line, 80)), 79);

  assert(performance.now() - before < 1_000);
});

Deno.test("skipColumns() leaves out the beginning", () => {
  assertEquals(skipColumns("broker", 0), "broker");
  assertEquals(skipColumns("broker", 2), "oker");
  assertEquals(skipColumns("broker", 20), "");
  assertEquals(skipColumns("日本語", 2), "本語");
  assertEquals(skipColumns("日本語", 3), "語");
});
