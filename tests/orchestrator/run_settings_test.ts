import { assertEquals } from "@std/assert";
import { batchingOf } from "../../orchestrator/batching.ts";
import { settingsOf } from "../../orchestrator/run_settings.ts";
import type { Schema } from "../../proto/pipeline/batches.ts";
import { parseSchema } from "../../stages/schema/schema_file.ts";

function settings(yaml: string, changes: Partial<Schema> = {}) {
  return settingsOf({
    batch: 1,
    batching: batchingOf(1),
    maxLine: 1,
    maxRejects: undefined,
    schema: { ...parseSchema(yaml, "schema.yaml"), ...changes },
    inputs: [],
    output: "",
    rejects: "",
    rulesPath: undefined,
    rules: [],
  });
}

const FULL = `
time: { field: at.t, format: epoch_ms }
key: [route, { field: [a.b], name: ab, one_of: [1, "1", null] }]
values: { ms: { of: [avg, p95], as: number }, n: { field: x.count, of: [sum] } }
required: [route, { field: user, as: text }]
`;

Deno.test("what must be the same is told in the words of a schema", () => {
  const windows = { sizeMs: 60_000, offsetMs: 0, allowedLatenessMs: 5 };

  const told = settings(FULL, { windows });

  assertEquals(told["the time"], "at.t epoch_ms");
  assertEquals(
    told["the key"],
    'route required, ["a.b"] called "ab" one of 1 "1" null',
  );
  assertEquals(
    told["the values"],
    'ms avg+p95 as number, x.count called "n" sum as integer',
  );
  assertEquals(told["what is required"], "user as text");
  assertEquals(told["--window"], "60000ms");
  assertEquals(told["--offset"], "0ms");
  assertEquals(told["--allowed-lateness"], "5ms");
});

Deno.test("no change of a schema goes unseen, but for the most groups", () => {
  const before = JSON.stringify(settings(FULL));
  for (
    const [from, to, isSame] of [
      ["epoch_ms", "epoch_s", false],
      ["at.t", "[at.t]", false],
      ["name: ab", "name: b", false],
      ['"1"', '"2"', false],
      ["p95", "p99", false],
      [", as: number", "", false],
      ["x.count", "count", false],
      ["[route, { field: user", "[{ field: user", false],
      ["as: text", "as: number", false],
      ["time:", "other: true\ntime:", false],
      ["time:", "max_groups: 7\ntime:", true],
    ] as const
  ) {
    const changed = FULL.replace(from, to);

    assertEquals(JSON.stringify(settings(changed)) === before, isSame);
  }
});
