import { assertEquals, assertThrows } from "@std/assert";
import { compileCondition } from "../../../stages/rules/condition.ts";
import type { Scalar } from "../../../stages/rules/fields.ts";
import type { Condition } from "../../../stages/rules/rules_file.ts";

const VALUES: Scalar[] = [null, "", "a", "b", "10", 0, 9, 10, 11, true, false];

const MET: [condition: Condition, by: Scalar[]][] = [
  ["a", ["a"]],
  [10, [10]],
  [false, [false]],
  [["a", 10, true], ["a", 10, true]],
  [{ eq: "10" }, ["10"]],
  [{ ne: 10 }, VALUES.filter((value) => value !== 10)],
  [{ lt: 10 }, [0, 9]],
  [{ lte: 10 }, [0, 9, 10]],
  [{ gt: 10 }, [11]],
  [{ gte: 10 }, [10, 11]],
  [{ lt: "a" }, ["", "10"]],
  [{ gte: "a" }, ["a", "b"]],
  [{ gt: 0, lt: 10 }, [9]],
  [{ gt: "", ne: "a" }, ["b", "10"]],
  [{ in: [9, "b"] }, ["b", 9]],
  [{ not_in: [null as never, "", 0, true] }, [
    "a",
    "b",
    "10",
    9,
    10,
    11,
    false,
  ]],
  [{ exists: true }, VALUES.slice(1)],
  [{ exists: false }, [null]],
  [{ exists: true, not_in: ["a", "b"], ne: 0 }, [
    "",
    "10",
    9,
    10,
    11,
    true,
    false,
  ]],
];

for (const [condition, by] of MET) {
  Deno.test(`compileCondition(${JSON.stringify(condition)}) is met by ${JSON.stringify(by)} only`, () => {
    const test = compileCondition(condition);

    assertEquals(VALUES.filter(test), by);
  });
}

Deno.test("compileCondition() reads the bounds of a time as times or milliseconds", () => {
  const newYear = Date.UTC(2026, 0, 1);
  const between = compileCondition({
    gte: "2026-01-01T01:00:00+01:00",
    lt: newYear + 10,
    ne: "2026-01-01T00:00:00.005Z",
  }, true);

  assertEquals(
    [-1, 0, 5, 9, 10].filter((ms) => between(newYear + ms)),
    [0, 9],
  );
});

for (
  const condition of ["soon", { gt: "soon" }, ["2026-01-01T00:00:00Z", "soon"]]
) {
  Deno.test(`compileCondition() refuses ${JSON.stringify(condition)} for a time`, () => {
    assertThrows(
      () => compileCondition(condition, true),
      RangeError,
      '"soon" is not a date and time',
    );
  });
}
