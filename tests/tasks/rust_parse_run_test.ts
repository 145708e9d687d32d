/**
 * A run whose parse stage is the one in Rust: two of them, which die and are
 * exchanged, and the answer is byte for byte the right one.
 */

import { assertEquals } from "@std/assert";
import { RUST_PARSE, testBuilt } from "../support/built_clients.ts";
import { prepareInput } from "../support/prepared_input.ts";
import {
  assertNothingLeft,
  ended,
  runFolder,
  startRun,
} from "../support/runs.ts";

testBuilt("a run with parse in Rust outlives its death and its exchange", [
  RUST_PARSE,
], async () => {
  await using input = await prepareInput(40_000);
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, [
    `--input=${input.input}`,
    "--json",
    "--stage=parse=rust",
    // Slow, so that it is not over before the last one is up.
    "--batch=1",
    "--workers=parse:2",
    "--chaos=parse@40%,parse.2@term:60%",
    "--swap=parse@5%",
  ], { ports: 12 });

  const { code, stdout, stderr } = await ended(run);

  assertEquals(code, 0, stderr);
  const { swaps, recoveries } = JSON.parse(stdout);
  assertEquals({ swaps, recoveries }, { swaps: 1, recoveries: 2 }, stderr);
  assertEquals({
    results: await Deno.readTextFile(folder.output),
    rejects: await Deno.readTextFile(folder.rejects),
  }, input.right);
  await assertNothingLeft(run);
});
