/**
 * Processes of stages are exchanged while a run goes on: the answer is byte for
 * byte that of a run in which nothing happens.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { pipeline } from "../../tasks/pipeline.ts";
import { endHere } from "../support/command_here.ts";
import { type Prepared, prepareInput } from "../support/prepared_input.ts";
import {
  argsOf,
  assertNothingLeft,
  ended,
  runFolder,
  startRun,
} from "../support/runs.ts";

let much: Prepared;
Deno.test.beforeAll(async () => {
  much = await prepareInput(40_000);
});
Deno.test.afterAll(async () => {
  await much[Symbol.asyncDispose]();
});

Deno.test("--swap exchanges stages in mid-run, also workers and beside kills, and is no recovery", async () => {
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, [
    `--input=${much.input}`,
    "--json",
    // Slow, so that it is not over before the last one is up.
    "--batch=1",
    "--workers=parse:2",
    "--swap=parse@5%,ingest@10%",
    "--swap=aggregate@15%",
    "--chaos=rules@20%,parse.2@40%",
  ], { ports: 12 });
  const { code, stdout, stderr } = await ended(run);

  assertEquals(code, 0, stderr);
  const { swaps, recoveries } = JSON.parse(stdout);
  assertEquals({ swaps, recoveries }, { swaps: 3, recoveries: 2 }, stderr);
  for (const what of ["new processes", "a new process"]) {
    assertMatch(stderr, new RegExp(`Swapped "\\w+" for ${what} \\(pid `));
  }
  assertEquals({
    results: await Deno.readTextFile(folder.output),
    rejects: await Deno.readTextFile(folder.rejects),
  }, much.right);
  await assertNothingLeft(run);
});

Deno.test("--swap says what there cannot be", async () => {
  await using folder = await runFolder();
  const cases: [args: string[], message: string][] = [
    [
      ["--input=-", "--swap=ingest@2s"],
      "Cannot use --swap=ingest@2s: what it has read of standard input would be gone with it; put the input into a file",
    ],
    [
      ["--input=-", "--swap=parse@50%"],
      "Cannot use --swap=parse@50%: how much there is of the input is not known; give a time, such as 2s",
    ],
    [
      ["--count=1", "--swap=parse@50%:roast"],
      'Cannot use --swap=parse@50%:roast: there is no variant "roast" of stage "parse"; stages/stages.yaml knows default',
    ],
  ];
  for (const [args, stderr] of cases) {
    assertEquals(await endHere(() => pipeline(argsOf(folder, args))), {
      code: 2,
      stdout: "",
      stderr,
    });
  }
});
