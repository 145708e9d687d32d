import { assertEquals } from "@std/assert";
import { resultRows } from "../../../dashboard/runs/result_rows.ts";

Deno.test("resultRows() has the built-in results as the result file does", () => {
  const { columns, rows } = resultRows({ builtIn: true }, [{
    key: ['"click"'],
    count: 3,
    values: [{
      count: 3,
      sum: "9007199254740993",
      avg: 1.5,
      min: "-1",
      max: "2",
    }],
    tags: [{ tag: "tier", value: "gold", count: 2 }],
  }, { key: ['"view"'], count: 1 }]);

  assertEquals(columns, [
    "key",
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "tags.tier.gold",
  ]);
  assertEquals(rows, [
    ["click", 3, "9007199254740993", 1.5, -1, 2, 2],
    ["view", 1, 0, null, null, null, 0],
  ]);
});

Deno.test("resultRows() has windows, keys and figures of any schema", () => {
  const { columns, rows } = resultRows({
    keys: [{ name: "route" }, { name: "status" }],
    values: [{ name: "ms", of: ["p50", "sum", "p99", "count"] }],
    windows: { sizeMs: 60_000 },
  }, [{
    key: ['"/a<b>"', "404"],
    count: 2,
    windowMs: 0,
    values: [{ count: 2, sum: "3.5", percentiles: ["1", "2.5"] }],
  }, { key: [], count: 1, windowMs: 500 }]);

  assertEquals(columns, [
    "window_start",
    "window_end",
    "route",
    "status",
    "count",
    "ms.p50",
    "ms.sum",
    "ms.p99",
    "ms.count",
  ]);
  assertEquals(
    rows,
    [
      ["1970-01-01T00:00:00Z", "1970-01-01T00:01:00Z"],
      ["1970-01-01T00:00:00.500Z", "1970-01-01T00:01:00.500Z"],
    ].map((times, at) => [
      ...times,
      ...[["/a<b>", 404, 2, 1, 3.5, 2.5, 2], [
        "other",
        "other",
        1,
        null,
        0,
        null,
        0,
      ]][at]!,
    ]),
  );
});

Deno.test("resultRows() without a schema, or with keys that are no JSON, still counts", () => {
  assertEquals(resultRows(undefined, [{ key: ["{"], count: 1 }]), {
    columns: ["count"],
    rows: [[1]],
  });
  assertEquals(
    resultRows({ keys: [{ name: "k" }] }, [{ key: ['"\\u'], count: 1 }]).rows,
    [['"\\u', 1]],
  );
});
