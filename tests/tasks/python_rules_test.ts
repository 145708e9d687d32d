/**
 * A run whose rules stage is the one in Python: the answer is byte for byte that
 * of a run without it.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { testBuilt } from "../support/built_clients.ts";
import { prepareInput } from "../support/prepared_input.ts";
import { RULES_PYTHON } from "../support/python_rules.ts";
import {
  assertNothingLeft,
  ended,
  runFolder,
  startRun,
} from "../support/runs.ts";

testBuilt(
  "the rules stage in Python, two of it and one killed, gives the same bytes",
  [RULES_PYTHON],
  async () => {
    await using input = await prepareInput(40_000);
    await using folder = await runFolder();
    await using run = startRun("pipeline", folder, [
      `--input=${input.input}`,
      "--json",
      // Slow, so that it is not over before the last one is up.
      "--batch=10",
      "--workers=rules:2",
      "--swap=rules@10%:python",
      "--chaos=rules.2@50%",
    ], { ports: 12 });
    const { code, stdout, stderr } = await ended(run);

    assertEquals(code, 0, stderr);
    const { swaps, recoveries } = JSON.parse(stdout);
    assertEquals({ swaps, recoveries }, { swaps: 1, recoveries: 1 }, stderr);
    assertMatch(
      stderr,
      /Swapped "rules" for its variant "python"/,
    );
    assertEquals({
      results: await Deno.readTextFile(folder.output),
      rejects: await Deno.readTextFile(folder.rejects),
    }, input.right);
    await assertNothingLeft(run);
  },
);
