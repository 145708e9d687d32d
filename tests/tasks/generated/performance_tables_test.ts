import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { PROJECT } from "../../../runtime/program/paths.ts";
import { withTables } from "../../../tasks/generated/performance_tables.ts";
import { performancePage } from "../../../tasks/generated/schema.ts";

const RESULTS = {
  command: "bench",
  machine: {
    cpu: "Abacus",
    cores: 2,
    memoryBytes: 2 ** 34,
    os: "linux",
    deno: "2.9.3",
    v8: "14.9",
  },
} as const;

Deno.test("docs/performance.md has the figures of bench/results.json; `deno task schema` puts them there", async () => {
  const page = await Deno.readTextFile(join(PROJECT, "docs/performance.md"));

  assertEquals(page, await performancePage());
});

Deno.test("withTables() replaces what stands in a place, and nothing else", () => {
  const page = (text: string) =>
    `Before.\n\n<!-- bench machine -->\n\n${text}\n\n<!-- end -->\n\nAfter.\n`;

  assertEquals(
    withTables(page("old\n\nlines"), RESULTS),
    page("Abacus, 2 cores, 16.0 GiB, linux, Deno 2.9.3:"),
  );
});

Deno.test("withTables() refuses a place for what was not measured", () => {
  assertThrows(
    () => withTables("<!-- bench peers -->\n\n<!-- end -->\n", RESULTS),
    RangeError,
    'Cannot write the table "peers": there is machine, plain',
  );
});
