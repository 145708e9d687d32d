/**
 * Kills stages in the middle of a run: the answer is that of an undisturbed
 * run, byte for byte.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { type StageName, STAGES } from "../../stages/names.ts";
import { mulberry32 } from "../../tasks/generate/generator.ts";
import { type Prepared, prepareInput } from "../support/prepared_input.ts";
import {
  ended,
  findStages,
  opened,
  runFolder,
  runToEnd,
  startRun,
} from "../support/runs.ts";

/** Runs with chaos and compares. Returns the report. */
async function runThrough(
  chaos: string,
  { input, right: { results, rejects } }: Prepared,
  args: string[] = [],
) {
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, [
    "--json",
    `--input=${input}`,
    `--chaos=${chaos}`,
    ...args,
  ]);
  const { code, stdout, stderr } = await ended(run);
  assertEquals(code, 0, `--chaos=${chaos}\n${stderr}`);
  assert(!stderr.includes("has not happened"), stderr);
  const context = `--chaos=${chaos}`;
  assertEquals(await Deno.readTextFile(folder.output), results, context);
  assertEquals(await Deno.readTextFile(folder.rejects), rejects, context);
  assertEquals(
    await folder.names(),
    ["rejects.ndjson", "results.ndjson"],
    context,
  );
  return { report: JSON.parse(stdout), stderr };
}

const COUNT = 200_000;

Deno.test("a stage that is killed costs time and no count", async (test) => {
  await using folder = await prepareInput(COUNT);
  const seed = Date.now() % 2 ** 32;
  const random = mulberry32(seed);
  for (const stage of STAGES) {
    const chaos = `${stage}@${(random() * 95).toFixed(1)}%`;
    await test.step(`${chaos}, seed ${seed}`, async () => {
      const { report, stderr } = await runThrough(chaos, folder);

      assertEquals(report.recoveries, 1);
      assert(report.recoveryMs > 0);
      assertMatch(
        stderr,
        new RegExp(
          `stage "${stage}" \\(pid \\d+\\) was ended by SIGKILL: starting it again.* \\(recovery 1 of 10\\)`,
        ),
      );
    });
  }
});

Deno.test("two stages killed at once, and one over and over", async (test) => {
  await using folder = await prepareInput(COUNT);
  const seed = Date.now() % 2 ** 32;
  const random = mulberry32(seed);
  const pick = (): StageName => STAGES[Math.floor(random() * STAGES.length)]!;
  const first = pick();
  const second = STAGES.filter((stage) => stage !== first)[
    Math.floor(random() * 4)
  ]!;
  const at = (random() * 90).toFixed(1);
  const often = pick();
  const cases = [
    `${first}@${at}%,${second}@${at}%`,
    [10, 25, 40, 55, 70].map((share) => `${often}@${share}%`).join(","),
    // During the final flush.
    "sink@end",
    "aggregate@end,sink@end",
    // Other ways to die.
    "parse@term:40%,rules@abort:60%",
  ];
  for (const chaos of cases) {
    await test.step(`${chaos}, seed ${seed}`, async () => {
      const { report } = await runThrough(chaos, folder);

      assert(report.recoveries >= 1);
    });
  }
});

Deno.test("a stage that is frozen is killed and started again", async () => {
  await using folder = await prepareInput(COUNT);

  const { report, stderr } = await runThrough("rules@stop:50%", folder);

  assertEquals(report.recoveries, 1);
  assertMatch(stderr, /stage "rules" \(pid \d+\) was frozen: /);
});

Deno.test("standard input is exactly once through the crash of any later stage", async () => {
  await using folder = await prepareInput(COUNT);
  await using out = await runFolder();
  await using run = startRun("pipeline", out, ["--json", "--input=-"], {
    stdin: "piped",
  });
  const input = await Deno.readFile(folder.input);
  const writer = run.stdin!.getWriter();
  const half = Math.floor(input.length / 2);
  await writer.write(input.subarray(0, half));
  await opened(run);
  const pids = await findStages(run.port);
  Deno.kill(pids["aggregate"]!, "SIGKILL");
  Deno.kill(pids["parse"]!, "SIGKILL");

  await writer.write(input.subarray(half));
  await writer.close();

  const { code, stdout, stderr } = await ended(run);
  assertEquals(code, 0, stderr);
  assert(JSON.parse(stdout).recoveries >= 1, stderr);
  assertEquals(await Deno.readTextFile(out.output), folder.right.results);
  assertEquals(await Deno.readTextFile(out.rejects), folder.right.rejects);
});

Deno.test("standard input is gone with ingest, and that is said", async () => {
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, ["--input=-"], {
    stdin: "piped",
  });
  await opened(run);
  const { ingest } = await findStages(run.port);

  Deno.kill(ingest!, "SIGKILL");

  assertEquals(await ended(run), {
    code: 1,
    stdout: "",
    stderr:
      `Cannot finish the run: stage "ingest" (pid ${ingest}) was ended by SIGKILL, and what it had read of standard input is gone; put the input into a file`,
  });
  assertEquals(await folder.names(), []);
});

Deno.test("--max-recoveries ends a run that breaks too often", async () => {
  await using folder = await runFolder();

  const { code, stderr } = await runToEnd("pipeline", folder, [
    "--chaos=sink@20%,sink@40%,sink@60%",
    "--max-recoveries=2",
  ]);

  assertEquals(code, 1);
  assertMatch(
    stderr,
    /Cannot finish the run: stage "sink" .* SIGKILL, and --max-recoveries=2 is used up$/,
  );
  assertEquals(await folder.names(), []);
});

for (
  const [value, message] of [
    [
      "parse",
      'expected STAGE@WHEN, as in parse@30% or sink@stop:2s, and found "parse"',
    ],
    ["prase@1s", 'there is no stage "prase"; did you mean "parse"?'],
    ["parse@soon", /expected a share such as 30%.* found "soon"/],
  ] as const
) {
  Deno.test(`pipeline refuses --chaos=${value}`, async () => {
    await using folder = await runFolder();

    const { code, stderr } = await runToEnd("pipeline", folder, [
      `--chaos=${value}`,
    ]);

    assertEquals(code, 2);
    if (typeof message === "string") {
      assertEquals(stderr, `Cannot read --chaos="${value}": ${message}`);
    } else assertMatch(stderr, message);
  });
}
