/**
 * Kills stages in the middle of a run: the answer is that of an undisturbed
 * run, byte for byte.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { type StageName, STAGES } from "../../stages/names.ts";
import { pipeline } from "../../tasks/pipeline.ts";
import { mulberry32 } from "../../tasks/generate/generator.ts";
import { testsAtOnce } from "../support/at_once.ts";
import { endHere } from "../support/command_here.ts";
import { type Prepared, prepareInput } from "../support/prepared_input.ts";
import {
  argsOf,
  ended,
  findStages,
  opened,
  runFolder,
  runToEnd,
  startRun,
} from "../support/runs.ts";

const test = testsAtOnce("stages that are killed");

const COUNT = 80_000;
/** So that the shares of a run are far enough apart to be seen one by one. */
const SLOWLY = "--batch=50";
/**
 * So that something is saved between two deaths: a part of the input in which
 * the same stage dies twice is gone through in small steps, which takes its time.
 */
const SAVED_OFTEN = "--checkpoint-interval=50ms";

let prepared: Prepared;
Deno.test.beforeAll(async () => {
  prepared = await prepareInput(COUNT);
});
Deno.test.afterAll(async () => await prepared[Symbol.asyncDispose]());

/** Runs with chaos and compares. Returns the report. */
async function runThrough(chaos: string, args: string[]) {
  const { input, right: { results, rejects } } = prepared;
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

const seed = Date.now() % 2 ** 32;
const random = mulberry32(seed);
const pick = (): StageName => STAGES[Math.floor(random() * STAGES.length)]!;
/** So that no two of a row are seen at once. */
const shares = [10, 27, 44, 61, 78].map((share) => share + random() * 3);
const eachOnce = STAGES.map((stage) => [random(), stage] as const)
  .toSorted(([one], [other]) => one - other)
  .map(([, stage], at) => `${stage}@${shares[at]!.toFixed(1)}%`);
const first = pick();
const second = STAGES.filter((stage) => stage !== first)[
  Math.floor(random() * 4)
]!;
const often = pick();

/** The longest come first, and the others run beside them. */
const CASES: { what: string; chaos: string; args?: string[] }[] = [
  {
    what: "two at once, one over and over, and two during the final flush",
    chaos: [
      `${first}@5%,${second}@5%`,
      ...shares.slice(1).map((share) => `${often}@${share.toFixed(1)}%`),
      "aggregate@end,sink@end",
    ].join(","),
  },
  { what: "each once", chaos: eachOnce.join(","), args: [SAVED_OFTEN] },
  {
    what: "other ways to die, one frozen, and one alone during the final flush",
    chaos: "parse@term:20%,rules@stop:45%,rules@abort:70%,sink@end",
    args: [SAVED_OFTEN],
  },
];

for (const { what, chaos, args = [] } of CASES) {
  test(`they cost time and no count: ${what}`, async () => {
    const { report, stderr } = await runThrough(chaos, [SLOWLY, ...args]);

    const context = `${chaos}, seed ${seed}\n${stderr}`;
    assert(report.recoveries >= 1, context);
    assert(report.recoveryMs > 0, context);
    // Those that die before the break of another is seen share its recovery.
    const deaths = stderr.split("\n").filter((line) => /\(recovery/.test(line))
      .flatMap((line) => line.match(/stage "\w+" \(pid \d+\)/g));
    assertEquals(deaths.length, chaos.split(",").length, context);
    for (const text of chaos.split(",")) {
      const [stage, when = ""] = text.split("@");
      const how = when.startsWith("term")
        ? "exited with code 0"
        : when.startsWith("abort")
        ? "was ended by SIGABRT"
        : when.startsWith("stop")
        ? "was frozen: "
        : "was ended by SIGKILL";
      assertMatch(
        stderr,
        new RegExp(
          `stage "${stage}" \\(pid \\d+\\) ${how}.*: starting (it|them) again.* \\(recovery \\d of 10\\)`,
        ),
      );
    }
  });
}

test("all that are told to stop at once cost one recovery", async () => {
  const all = STAGES.map((stage) => `${stage}@term:50%`).join(",");

  const { report, stderr } = await runThrough(all, [SLOWLY]);

  assertEquals(report.recoveries, 1, stderr);
});

test("standard input is gone with ingest, and that is said", async () => {
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

test("--max-recoveries ends a run that breaks too often", async () => {
  await using folder = await runFolder();

  const { code, stderr } = await runToEnd("pipeline", folder, [
    `--input=${prepared.input}`,
    SLOWLY,
    "--chaos=sink@20%,sink@40%",
    "--max-recoveries=1",
  ]);

  assertEquals(code, 1);
  assertMatch(
    stderr,
    /Cannot finish the run: stage "sink" .* SIGKILL, and --max-recoveries=1 is used up$/,
  );
  assertEquals(await folder.names(), []);
});

Deno.test("pipeline refuses a --chaos that it cannot read", async () => {
  const cases: [value: string, message: string | RegExp][] = [
    [
      "parse",
      'expected STAGE@WHEN, as in parse@30% or sink@stop:2s, and found "parse"',
    ],
    ["prase@1s", 'there is no stage "prase"; did you mean "parse"?'],
    ["parse@soon", /expected a share such as 30%.* found "soon"/],
  ];
  await using folder = await runFolder();
  for (const [value, message] of cases) {
    const { code, stderr } = await endHere(() =>
      pipeline(argsOf(folder, [`--chaos=${value}`]))
    );

    assertEquals(code, 2);
    if (typeof message === "string") {
      assertEquals(stderr, `Cannot read --chaos="${value}": ${message}`);
    } else assertMatch(stderr, message);
  }
});
