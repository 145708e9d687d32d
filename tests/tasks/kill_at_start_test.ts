/**
 * Kills stages while the others come up, and again while the chain recovers: the
 * answer is that of an undisturbed run, byte for byte.
 *
 * This is the short form: two draws, and others each time. The long form is to
 * run this file over and over.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { STAGES } from "../../stages/names.ts";
import { mulberry32 } from "../../tasks/generate/generator.ts";
import { testsAtOnce } from "../support/at_once.ts";
import { type Prepared, prepareInput } from "../support/prepared_input.ts";
import { ended, runFolder, startRun } from "../support/runs.ts";

/** Little, since it is about the times when nothing flows. */
const COUNT = 20_000;

/** What is looked at of the report. */
interface Report {
  events: number;
  stagesFrom?: number;
  stages: { in: number }[];
}

const test = testsAtOnce("kills while stages come up");

let prepared: Prepared;
Deno.test.beforeAll(async () => {
  prepared = await prepareInput(COUNT);
});
Deno.test.afterAll(async () => await prepared[Symbol.asyncDispose]());

/** Runs with chaos; the answer must be right. Returns what was said. */
async function runThrough(
  chaos: string,
  args: string[] = [],
): Promise<{ recoveries: number; report: Report; stderr: string }> {
  const { input, right: { results, rejects } } = prepared;
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, [
    "--json",
    `--input=${input}`,
    `--chaos=${chaos}`,
    "--max-recoveries=30",
    ...args,
  ]);
  const { code, stdout, stderr } = await ended(run);
  const context = `--chaos=${chaos}\n${stderr}`;
  assertEquals(code, 0, context);
  assertEquals(await Deno.readTextFile(folder.output), results, context);
  assertEquals(await Deno.readTextFile(folder.rejects), rejects, context);
  assertEquals(
    await folder.names(),
    ["rejects.ndjson", "results.ndjson"],
    context,
  );
  const report = JSON.parse(stdout);
  return { recoveries: report.recoveries, report, stderr };
}

// It waits long, and the others run beside it.
test("a stage that is frozen as it comes up is started again as any stage", async () => {
  const { stderr } = await runThrough("aggregate@stop:start+5ms");

  assertMatch(stderr, /stage "aggregate" \(pid \d+\) was frozen: /);
});

test("ingest that is told to stop is started again as any stage", async () => {
  const { recoveries, stderr, report } = await runThrough(
    "ingest@term:30%,ingest@term:60%",
    ["--batch=10", "--checkpoint-interval=50ms"],
  );

  assertEquals(recoveries, 2);
  // Whose the figures of the stages are.
  const { events, stagesFrom = 0, stages } = report;
  assertEquals(stages[0]!.in, events - stagesFrom);
  assertMatch(
    stderr,
    /stage "ingest" \(pid \d+\) exited with code 0: starting it again.* \(recovery 2 of 30\)/,
  );
});

const seed = Date.now() % 2 ** 32;
const random = mulberry32(seed);
const stage = () => STAGES[Math.floor(random() * STAGES.length)]!;
const within = (ms: number) => `${Math.round(random() * ms)}ms`;

for (const number of [1, 2]) {
  const chaos = [
    `${stage()}@start+${within(400)}`,
    `${stage()}@0%`,
    `${stage()}@break+${within(500)}`,
    `${stage()}@break+${within(1_000)}`,
    `${stage()}@break+${within(500)}`,
  ].join(",");
  test(`5 kills at random during start-up and recoveries change no answer, ${number}`, async () => {
    const { recoveries } = await runThrough(chaos);

    assert(recoveries >= 1, `${chaos}, seed ${seed}`);
  });
}
