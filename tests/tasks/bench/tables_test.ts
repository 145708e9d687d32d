import { assertEquals } from "@std/assert";
import { writeTable } from "../../../tasks/bench/tables.ts";

const CELLS = [["batch", "µs"], ["auto", "1"], ["1", "12.34"]];

Deno.test("writeTable() aligns words to the left and figures to the right", () => {
  assertEquals(
    writeTable(CELLS, "terminal", ["batch"]),
    ["batch     µs", "auto       1", "1      12.34"].join("\n"),
  );
});

Deno.test("writeTable() writes Markdown as the formatter leaves it", () => {
  assertEquals(
    writeTable(CELLS, "markdown", ["batch"]),
    [
      "| batch | µs    |",
      "| ----- | ----- |",
      "| auto  | 1     |",
      "| 1     | 12.34 |",
    ].join("\n"),
  );
  assertEquals(
    writeTable([["a"], ["1"]], "markdown", []),
    ["| a   |", "| --- |", "| 1   |"].join("\n"),
  );
});
