/** Stages that misbehave: one that dies of a line, and one that is slow. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { Workers } from "../../orchestrator/workers.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { STAGES } from "../../stages/names.ts";
import { writeEvents } from "../../tasks/generate.ts";
import { eachOf } from "../support/at_once.ts";
import { driveWith } from "../support/driven_run.ts";
import { runFolder, runWell } from "../support/runs.ts";

/** Those that wait longest come first, and the others run beside them. */
const CASES: { what: string; run: () => Promise<void> }[] = [
  {
    what: "a sink that is slow slows the run, and no process grows",
    run: slowsTheRun,
  },
  { what: "works long on one batch", run: outlastsPings },
  { what: "dies of a line, at batch 1", run: () => endsAtItsLine(1) },
  {
    what: "dies of a line, whichever worker has it, at batch 1000",
    run: () => endsAtItsLine(1_000, { parse: 2 }),
  },
];

Deno.test("a stage that dies of a line ends the run with its number, and one that works long on a batch or slowly breaks nothing", async () => {
  await eachOf(CASES, ({ what }) => what, ({ run }) => run());
});

async function endsAtItsLine(batch: number, workers?: Workers): Promise<void> {
  await using folder = await runFolder();
  const input = folder.file("in.ndjson");
  await writeEvents({ count: 4_000 }, input);
  const lines = (await Deno.readTextFile(input)).split("\n");
  const poisoned = 2_345;
  lines.splice(poisoned - 1, 0, '{"poison":1}');
  lines.splice(0, 0, "", ""); // two lines that are no events
  await Deno.writeTextFile(input, lines.join("\n"));

  const failure = await assertRejects(
    () =>
      driveWith(folder, {
        args: [`--input=${input}`, `--batch=${batch}`],
        ...(workers ? { workers } : {}),
        scripts: { parse: "tests/fixtures/stage_that_dies_of_a_line.ts" },
      }),
    Failure,
  );

  const offset = lines.slice(0, poisoned + 1).join("\n").length + 1;
  assertMatch(
    failure.message,
    new RegExp(
      `^Cannot finish the run: stage "parse${
        workers ? "\\.[12]" : ""
      }" .* exited with code 70, \\d times by now at event ${
        poisoned - 1
      }, line ${
        poisoned + 2
      } of the input \\(byte ${offset}\\); look at that line`,
    ),
  );
  assertEquals(await folder.names(), ["in.ndjson"]);
}

async function outlastsPings(): Promise<void> {
  await using folder = await runFolder();
  const input = folder.file("in.ndjson");
  await writeEvents({ count: 2_000 }, input);
  const lines = (await Deno.readTextFile(input)).split("\n");
  lines.splice(1_000, 0, '{"toil":1}');
  await Deno.writeTextFile(input, lines.join("\n"));
  const right = await runWell("monolith", [`--input=${input}`]);

  // Longer than any ping of a connection waits for its answer.
  const { recoveries } = await driveWith(folder, {
    args: [`--input=${input}`, "--batch=100"],
    scripts: { parse: "tests/fixtures/stage_that_toils_over_a_line.ts" },
  });

  assertEquals(recoveries, 0);
  assertEquals(await Deno.readTextFile(folder.output), right.results);
  assertEquals(await Deno.readTextFile(folder.rejects), right.rejects);
}

/** Lines of the run that is compared with. */
const FEW = 10_000;
/** Lines of the other one besides: 320 MB. */
const MORE = 80_000;
/** How late a collector may be, in bytes. */
const UNCOLLECTED = 150_000_000;

async function slowsTheRun(): Promise<void> {
  // Nothing but rejects: every batch is for the sink.
  const peaksOver = async (lines: number) => {
    await using folder = await runFolder();
    const input = folder.file("in.ndjson");
    await Deno.writeTextFile(input, `${"x".repeat(4_000)}\n`.repeat(lines));
    let peaks: (number | undefined)[] = [];
    const { finished } = await driveWith(folder, {
      args: [`--input=${input}`, "--batch=400"],
      scripts: { sink: "tests/fixtures/slow_sink.ts" },
      onFinished: async ({ peakRssBytes }) => {
        peaks = await Promise.all(STAGES.map(peakRssBytes));
      },
    });
    assertEquals(finished.totals?.rejected, lines);
    if (lines === FEW) {
      const { rejects } = await runWell("monolith", [`--input=${input}`]);
      assertEquals(await Deno.readTextFile(folder.rejects), rejects);
    }
    return peaks.map((bytes = 0) => bytes);
  };

  // Both at once: it is memory that is looked at, and the sink's disk is slow.
  const [little, much] = await Promise.all([
    peaksOver(FEW),
    peaksOver(FEW + MORE),
  ]);

  for (const [at, name] of STAGES.entries()) {
    assert(little[at]! > 0, name);
    // One that kept what goes through would have twice as much more.
    assert(
      much[at]! < little[at]! + UNCOLLECTED,
      `${name}: ${little[at]} bytes, then ${much[at]}`,
    );
  }
}
