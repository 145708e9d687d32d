/** A run whose input becomes another while it is read: right, or no answer. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { Fault } from "../../runtime/program/errors.ts";
import type { StageProcesses } from "../../orchestrator/stage_processes.ts";
import { writeEvents } from "../../tasks/generate.ts";
import { driveWith } from "../support/driven_run.ts";
import { type Prepared, prepareInput } from "../support/prepared_input.ts";
import { runFolder } from "../support/runs.ts";

const COUNT = 200_000;

/** Runs, and lets something happen once a third of the input is sent. */
async function driveAnd(
  { input, file }: Prepared,
  happen: (stages: StageProcesses) => void,
) {
  await Deno.copyFile(input, file("events"));
  await using folder = await runFolder();
  let happened = false;
  const { recoveries } = await driveWith(folder, {
    args: [`--input=${file("events")}`, "--batch=100"],
    onProgress(share, stages) {
      if (happened || share < 0.3) return;
      assert(share < 0.9, "it was over too soon");
      happened = true;
      happen(stages);
    },
  });
  return {
    recoveries,
    results: await Deno.readTextFile(folder.output),
    rejects: await Deno.readTextFile(folder.rejects),
  };
}

Deno.test("rules that are edited while a run goes on, and a stage that reads them again, end it with words", async () => {
  await using folder = await runFolder();
  const input = folder.file("events");
  await writeEvents({ count: COUNT }, input);
  const rules = folder.file("rules.yaml");
  const rule = (type: string) =>
    `- { name: r, when: { type: ${type} }, drop: true }\n`;
  await Deno.writeTextFile(rules, rule("view"));
  let edited = false;

  const { message } = await assertRejects(
    () =>
      driveWith(folder, {
        args: [`--input=${input}`, `--rules=${rules}`, "--batch=100"],
        onProgress(share, stages) {
          if (edited || share < 0.3) return;
          edited = true;
          Deno.writeTextFileSync(rules, rule("click"));
          stages.kill("rules", "was killed by the test");
        },
      }),
    Fault,
  );

  assertEquals(
    message,
    `Cannot go on with the rules "${rules}": they were changed while the run was going on, and a result would be of neither; start the run over`,
  );
});

/** Puts another file of the same size in the input's place. */
function replace({ input, file }: Prepared): void {
  const other = Deno.readTextFileSync(input).replaceAll("click", "klick");
  Deno.writeTextFileSync(file("other"), other);
  Deno.renameSync(file("other"), file("events"));
}

Deno.test("an input that is replaced while it is read", async (test) => {
  await using prepared = await prepareInput(COUNT);

  await test.step("does no harm, whichever later stage is killed", async () => {
    const run = await driveAnd(prepared, (stages) => {
      replace(prepared);
      stages.kill("rules", "was killed by the test");
    });

    assertEquals(run, { recoveries: 1, ...prepared.right });
  });

  await test.step("ends the run with words where ingest is killed", async () => {
    const { message } = await assertRejects(
      () =>
        driveAnd(prepared, (stages) => {
          replace(prepared);
          stages.kill("ingest", "was killed by the test");
        }),
      Fault,
    );

    assertEquals(
      message,
      `Cannot go on with the input "${
        prepared.file("events")
      }": the input was replaced by another file; a result would be of neither content, so start the run over, on a file that stays as it is`,
    );
  });

  await test.step("is not read beyond where it ended, even after a kill", async () => {
    const run = await driveAnd(prepared, (stages) => {
      Deno.writeTextFileSync(prepared.file("events"), "\n?\n?\n", {
        append: true,
      });
      stages.kill("ingest", "was killed by the test");
    });

    assertEquals(run, { recoveries: 1, ...prepared.right });
  });

  await test.step("or truncated ends the run with words", async () => {
    const { message } = await assertRejects(
      () =>
        driveAnd(prepared, () => {
          Deno.truncateSync(prepared.file("events"), 0);
        }),
      Fault,
    );

    assert(/the input had \d+ bytes and has 0; /.test(message), message);
  });
});
