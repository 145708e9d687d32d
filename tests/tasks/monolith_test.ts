/** The monolith as a user runs it. What it shares with the pipeline is tested there. */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import * as z from "zod";
import { PROJECT } from "../../runtime/program/paths.ts";
import { STAGES } from "../../stages/names.ts";
import { ended, runFolder, startRun } from "../support/runs.ts";
import { spawn } from "../support/spawned.ts";

const COUNT = z.int().min(0);

/** What `--json` prints: as the pipeline, less what has no meaning here. */
const REPORT = z.strictObject({
  command: z.literal("monolith"),
  batch: COUNT,
  events: COUNT,
  rejected: COUNT,
  filtered: COUNT,
  results: z.array(z.looseObject({
    key: z.string(),
    count: COUNT,
    sum: COUNT,
  })),
  startupMs: z.number().min(0),
  openedAt: z.iso.datetime(),
  elapsedMs: z.number().min(0),
  eventsPerSecond: COUNT,
  cpuMs: z.number().gt(0),
  peakRssBytes: COUNT,
  recoveries: z.literal(0),
  recoveryMs: z.literal(0),
  stages: z.array(z.strictObject({
    name: z.enum(STAGES),
    in: COUNT,
    out: COUNT,
    batches: COUNT,
    processingMs: z.number().min(0),
  })),
});

Deno.test("monolith --json prints the reference result as one document", async () => {
  await using folder = await runFolder();
  await using run = startRun("monolith", folder, ["--json", "--batch=1000"]);

  const { code, stdout, stderr } = await ended(run);

  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const { events, filtered, rejected, batch, results, stages } = REPORT
    .parse(JSON.parse(stdout));
  assertEquals({ events, filtered, rejected, batch }, {
    events: 100_000,
    filtered: 39_325,
    rejected: 0,
    batch: 1_000,
  });
  assertEquals(
    results.map(({ key, count, sum }) => [key, count, sum]),
    [["click", 30_387, 1_672_013], ["purchase", 30_288, 1_656_819]],
  );
  assertEquals(
    stages.map((stage) => [stage.in, stage.out, stage.batches]),
    [
      [100_000, 100_000, 100],
      [100_000, 100_000, 100],
      [100_000, 60_675, 100],
      [60_675, 2, 100],
      [2, 2, 100],
    ],
  );
  assertEquals(await folder.names(), ["rejects.ndjson", "results.ndjson"]);
});

Deno.test("monolith reads its paths from where the user is", async () => {
  await using folder = await runFolder();
  await Deno.writeTextFile(folder.file("in"), "no event\n");
  await using run = startRun("monolith", folder, [
    "--input=in",
    "--output=out",
    "--rejects=out.rejects",
  ], { cwd: folder.path });

  const { code, stdout } = await ended(run);

  assertEquals(code, 0);
  assertEquals(stdout.split("\n").slice(-2), [
    "results: out",
    "rejects: out.rejects (1; the first is line 1: not valid JSON)",
  ]);
  assertEquals(await folder.names(), ["in", "out", "out.rejects"]);
});

for (const flags of [[], ["--json"]]) {
  Deno.test({
    name: `a run whose ${
      flags[0] ?? "tables"
    } cannot be printed says that its results are there`,
    ignore: Deno.build.os !== "linux", // only Linux has a device that is full
    async fn() {
      await using folder = await runFolder();
      await Deno.writeTextFile(folder.file("in"), "no event\n");
      const command = [
        ...[Deno.execPath(), "run", "-A", "--cached-only"],
        ...[join(PROJECT, "main.ts"), "monolith", ...flags],
        ...["--input=in", "--output=out", "--rejects=no"],
      ];
      await using run = spawn(
        "sh",
        ["-c", '"$@" >/dev/full', "sh", ...command],
        {
          cwd: folder.path,
        },
      );

      const { code } = await run.status;

      assertEquals(
        await run.stderr.rest(),
        "The run is done, and its results are in out; what is printed of it is lost: Cannot write to standard output: No space left on device",
      );
      assertEquals(code, 1);
      assertEquals(await folder.names(), ["in", "no", "out"]);
    },
  });
}
