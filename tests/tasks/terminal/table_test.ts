import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { fitTable } from "../../../tasks/terminal/fit_table.ts";
import { formatTable } from "../../../tasks/terminal/table.ts";
import { widthOf } from "../../../runtime/program/text_width.ts";

const ROWS = [
  ["NAME", "PID", "CPU", "DETAIL"],
  ["calculator-server", "12345", "10.0%", "waits for the broker to be healthy"],
];
const WEIGHTS = [
  { words: true },
  { leaveOut: 1 },
  { leaveOut: 2 },
  { words: true },
];

for (
  const { columns, table } of [
    {
      columns: 80,
      table: `
NAME               PID    CPU    DETAIL
calculator-server  12345  10.0%  waits for the broker to be healthy
`,
    },
    {
      columns: 60,
      table: `
NAME               PID    CPU    DETAIL
calculator-server  12345  10.0%  waits for the broker to be…
`,
    },
    {
      columns: 50,
      table: `
NAME               PID    DETAIL
calculator-server  12345  waits for the broker to…
(no room for CPU: --json has all)
`,
    },
    {
      columns: 30,
      table: `
NAME               DETAIL
calculator-server  waits for …
(no room for PID, CPU: --json has all)
`,
    },
  ]
) {
  Deno.test(`formatTable() fits ${columns} columns by what each is worth`, () => {
    assertEquals(
      `\n${formatTable(ROWS, { columns, weights: WEIGHTS })}`,
      table,
    );
  });
}

Deno.test("formatTable() leaves a table whole where there is no terminal", () => {
  const long = [["NAME"], ["x".repeat(500)]];

  const whole = formatTable(long, { weights: [{ words: true }] });

  assertEquals(whole.split("\n")[1], "x".repeat(500));
});

Deno.test("fitTable() is never wider than asked, down to what every column needs", () => {
  const cell = fc.string({ unit: "grapheme", maxLength: 60 })
    .map((text) => text.replaceAll(/[\p{C}\n]/gu, "."));
  const tables = fc.integer({ min: 1, max: 6 }).chain((width) =>
    fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
      minLength: 1,
      maxLength: 5,
    })
  );
  fc.assert(
    fc.property(tables, fc.integer({ min: 60, max: 200 }), (rows, columns) => {
      const weights = rows[0]!.map((_, index) =>
        index === 0 ? { words: true } : { leaveOut: index, words: true }
      );

      const fitted = fitTable(rows, columns, weights);

      for (const row of fitted.rows) {
        const width = row.reduce((sum, each) => sum + widthOf(each), 0);
        assertEquals(width + 2 * (row.length - 1) <= columns, true);
      }
      assertEquals(
        fitted.shown.length + fitted.leftOut.length,
        rows[0]!.length,
      );
    }),
  );
});

Deno.test("formatTable() makes cells visible before it measures them", () => {
  const table = formatTable([["NAME", "NOTE"], ["\x1b[2J\u202e", "x"]]);

  assertEquals(table, `NAME             NOTE\n\\u001b[2J\\u202e  x\n`);
});
