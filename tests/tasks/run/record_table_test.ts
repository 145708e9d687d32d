import { assert, assertEquals } from "@std/assert";
import type { Schema } from "../../../proto/pipeline/batches.ts";
import { schemaOfFlags } from "../../../stages/schema/schema_flags.ts";
import { recordKind } from "../../../stages/sink/results.ts";
import { recordTable } from "../../../tasks/run/record_table.ts";

const SCHEMA: Schema = {
  ...schemaOfFlags({
    time: "time",
    key: "route,status",
    value: "ms:avg+p95,bytes:sum",
  }),
  windows: { sizeMs: 60_000, offsetMs: 0 },
  other: true,
};
const TAGS = [{ name: "tier", values: ["gold"] }];
const KIND = recordKind(SCHEMA, TAGS);

/** A record of the window that begins so many minutes into a day. */
function recordAt(minute: number, fields: object = {}) {
  const time = (minutes: number) =>
    new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString()
      .replace(".000", "");
  return {
    window_start: time(minute),
    window_end: time(minute + 1),
    route: "/a",
    status: 10_200,
    count: 1_234,
    ms: { avg: 1234.56789, p95: null },
    bytes: { sum: "90071992547409930" },
    tags: {},
    ...fields,
  };
}

Deno.test("recordTable() shows windows of one day by their times, figures at the right, and no column of nothing", () => {
  const table = recordTable([
    recordAt(1, { ms: { avg: null, p95: 7.5 }, route: null }),
    recordAt(2, { bytes: { sum: 0 } }),
  ], KIND);

  assertEquals(
    table,
    `\
window_start  window_end  route  status  count      ms.avg  ms.p95               bytes.sum
00:01:00Z     00:02:00Z   -      10200   1,234           -     7.5  90,071,992,547,409,930
00:02:00Z     00:03:00Z   /a     10200   1,234  1,234.5679       -                       0`,
  );
});

Deno.test("recordTable() shows windows of several days with these", () => {
  const [, first] = recordTable([recordAt(0), recordAt(24 * 60)], KIND)
    .split("\n");

  assertEquals(first!.split(/ +/).slice(0, 2), [
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:01:00Z",
  ]);
});

Deno.test("recordTable() keeps the key and what stands first where there is no room, and says what it leaves out", () => {
  const other = { route: "other", status: "other", other: true };
  const table = recordTable(
    [
      recordAt(1, {
        route: "/a/long/route".repeat(9),
        tags: { tier: { gold: 3 } },
      }),
      recordAt(1, other),
    ],
    KIND,
    80,
  );

  const lines = table.split("\n");
  assertEquals(lines[0]!.split(/ +/), [
    ...["window_start", "route", "status", "other", "count"],
    ...["ms.avg", "ms.p95"],
  ]);
  for (const line of lines.slice(0, -1)) assert(line.length <= 80, line);
  assertEquals(
    lines.at(-1),
    "(no room for window_end, bytes.sum, tags.tier.gold: --json has all)",
  );
});
