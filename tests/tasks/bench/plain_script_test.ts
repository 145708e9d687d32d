/** bench/plain_script.ts and the monolith, over the same strange lines. */

import { assert, assertEquals } from "@std/assert";
import { startGuardian } from "../../../runtime/process/guardian.ts";
import { runPlainScript } from "../../../tasks/bench/plain_script.ts";
import { runCommand } from "../../../tasks/bench/run_command.ts";
import { firstDifference } from "../../../tasks/bench/same_results.ts";
import { runFolder } from "../../support/runs.ts";

const GOOD = {
  ts: "2026-01-01T00:00:00.250Z",
  type: "click",
  user: "u1",
  value: 40,
};

/** Lines, and how many of them are rejected and filtered. */
const REJECTED = [
  ...["?", "{", "null", "7", "[]", `"text"`, "{}"],
  ...[
    { ts: undefined },
    { ts: 7 },
    { ts: "yesterday" },
    { ts: "2026-01-01" },
    { ts: "2026-13-01T00:00:00Z" },
    { type: "unheard of" },
    { type: 7 },
    { user: undefined },
    { user: null },
    { value: "40" },
    { value: undefined },
  ].map((change) => JSON.stringify({ ...GOOD, ...change })),
  JSON.stringify(GOOD).replace("40", "1e999"),
];
const FILTERED = [{ type: "view" }, { value: 9 }, { value: 9.99 }, {
  value: -3,
}]
  .map((change) => JSON.stringify({ ...GOOD, ...change }));
const COUNTED = [
  {},
  { value: 10 },
  { value: 39.5 },
  { value: 75, type: "purchase" },
  { ts: "2026-01-01T00:00:00+02:00" },
  { extra: { deep: [1] }, user: "ü" },
  { value: 1e9 },
].map((change) => JSON.stringify({ ...GOOD, ...change }));
const BLANK = ["", "  ", "\r"];

Deno.test("the plain script gives what the monolith gives, whatever the lines are", async () => {
  await using folder = await runFolder();
  await using guardian = startGuardian();
  const never = new AbortController().signal;
  const context = { guardian, interrupts: { stop: never, hurry: never } };
  const input = folder.file("events.ndjson");
  const lines = [...REJECTED, ...FILTERED, ...BLANK, ...COUNTED];
  await Deno.writeTextFile(input, lines.join("\n")); // the last without an end

  const plain = await runPlainScript(input, context);
  const monolith = await runCommand([
    "monolith",
    `--input=${input}`,
    `--output=${folder.output}`,
    `--rejects=${folder.rejects}`,
  ], context);

  assertEquals(firstDifference(monolith, plain), undefined);
  assertEquals(
    [plain.events, plain.rejected, plain.filtered],
    [
      REJECTED.length + FILTERED.length + COUNTED.length,
      REJECTED.length,
      FILTERED.length,
    ],
  );
  assert(plain.elapsedMs > 0 && plain.cpuMs > 0 && plain.startupMs > 0);
});
