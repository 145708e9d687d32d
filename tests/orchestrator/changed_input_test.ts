/** A run whose input becomes another while it is read: right, or no answer. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { Fault } from "../../runtime/program/errors.ts";
import type { StageProcesses } from "../../orchestrator/stage_processes.ts";
import { writeEvents } from "../../tasks/generate.ts";
import { driveWith } from "../support/driven_run.ts";
import { eachOf } from "../support/at_once.ts";
import { type Prepared, prepareInput } from "../support/prepared_input.ts";
import { runFolder } from "../support/runs.ts";

const COUNT = 100_000;
/** So that a run is no sooner over than something can happen to it. */
const SLOWLY = "--batch=50";

/** Runs, and lets something happen to `events` once a third of it is sent. */
async function driveAnd(
  { input }: Prepared,
  happen: (events: string, stages: StageProcesses) => void,
) {
  await using folder = await runFolder();
  const events = folder.file("events");
  await Deno.copyFile(input, events);
  let happened = false;
  const { recoveries } = await driveWith(folder, {
    args: [`--input=${events}`, SLOWLY],
    onProgress(share, stages) {
      if (happened || share < 0.3) return;
      assert(share < 0.9, "it was over too soon");
      happened = true;
      happen(events, stages);
    },
  });
  return {
    recoveries,
    results: await Deno.readTextFile(folder.output),
    rejects: await Deno.readTextFile(folder.rejects),
  };
}

/** Rules that are edited, and a stage that reads them again, end it with words. */
async function editRules(): Promise<void> {
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
        args: [`--input=${input}`, `--rules=${rules}`, SLOWLY],
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
}

/** Puts another file of the same size in the input's place. */
function replace(events: string): void {
  const other = Deno.readTextFileSync(events).replaceAll("click", "klick");
  Deno.writeTextFileSync(`${events}.other`, other);
  Deno.renameSync(`${events}.other`, events);
}

const KILLED = "was killed by the test";

const CASES: { what: string; run: (prepared: Prepared) => Promise<void> }[] = [
  { what: "rules that are edited", run: editRules },
  {
    what: "an input that is replaced does no harm, whichever later stage dies",
    async run(prepared) {
      const run = await driveAnd(prepared, (events, stages) => {
        replace(events);
        stages.kill("rules", KILLED);
      });

      assertEquals(run, { recoveries: 1, ...prepared.right });
    },
  },
  {
    what: "one that is replaced ends the run with words where ingest dies",
    async run(prepared) {
      let path = "";
      const { message } = await assertRejects(
        () =>
          driveAnd(prepared, (events, stages) => {
            path = events;
            replace(events);
            stages.kill("ingest", KILLED);
          }),
        Fault,
      );

      assertEquals(
        message,
        `Cannot go on with the input "${path}": the input was replaced by another file; a result would be of neither content, so start the run over, on a file that stays as it is`,
      );
    },
  },
  {
    what: "one that grows is not read beyond where it ended, even after a kill",
    async run(prepared) {
      const run = await driveAnd(prepared, (events, stages) => {
        Deno.writeTextFileSync(events, "\n?\n?\n", { append: true });
        stages.kill("ingest", KILLED);
      });

      assertEquals(run, { recoveries: 1, ...prepared.right });
    },
  },
  {
    what: "one that is truncated ends the run with words",
    async run(prepared) {
      const { message } = await assertRejects(
        () => driveAnd(prepared, (events) => Deno.truncateSync(events, 0)),
        Fault,
      );

      assert(/the input had \d+ bytes and has 0; /.test(message), message);
    },
  },
];

Deno.test("an input or rules that become others while a run goes on give the right answer or none", async () => {
  await using prepared = await prepareInput(COUNT);

  await eachOf(CASES, ({ what }) => what, ({ run }) => run(prepared));
});
