/** A run that was killed whole goes on from what it had saved. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { isThere, statIfThere } from "../../runtime/files/optional_file.ts";
import { writeEvents } from "../../tasks/generate.ts";
import { pipeline } from "../../tasks/pipeline.ts";
import { eachOf } from "../support/at_once.ts";
import { endHere } from "../support/command_here.ts";
import { eventually } from "../support/eventually.ts";
import {
  argsOf,
  ended,
  type RunFolder,
  runFolder,
  runToEnd,
  runWell,
  stagesGone,
  startRun,
} from "../support/runs.ts";
import { smallDisk } from "../support/small_disk.ts";

/** Enough that a run takes some seconds, in batches as small as {@linkcode SLOWLY}. */
const COUNT = 100_000;
/** Not of what a run is resumed with: it may be another each time. */
const SLOWLY = ["--batch=5", "--checkpoint-interval=50ms"];

/** A checkpoint file of so many bytes has more than one save. */
const SEVERAL_SAVES = 1_000;

/** Starts a run and kills it whole once it has saved something. */
async function killedRun(folder: RunFolder, args: string[]): Promise<void> {
  await using run = startRun("pipeline", folder, [...args, ...SLOWLY]);
  await eventually(
    "something is saved",
    async () =>
      ((await statIfThere(folder.file("state/checkpoint")))?.size ?? 0) >
        SEVERAL_SAVES,
  );
  run.kill("SIGKILL");
  await run.status;
  await stagesGone(run.port);
}

const CASES = [
  {
    what: "after SIGKILL of everything, with the same answer",
    run: resumesKilled,
  },
  { what: "as an interrupted run says", run: saysHowToGoOn },
  { what: "after a full disk, from what was saved", run: goesOnAfterFullDisk },
];

Deno.test("--resume goes on after SIGKILL of everything, an interrupt and a full disk", async () => {
  await eachOf(CASES, ({ what }) => what, ({ run }) => run());
});

async function resumesKilled(): Promise<void> {
  await using folder = await runFolder();
  const input = folder.file("in.ndjson");
  await writeEvents({ count: COUNT }, input);
  const file = await Deno.open(input, { append: true });
  await file.write(new TextEncoder().encode("?\n".repeat(3_000)));
  file.close();
  const right = await runWell("monolith", [`--input=${input}`]);
  const args = [`--input=${input}`, `--state=${folder.file("state")}`];
  await killedRun(folder, args);

  { // It is not started over by mistake.
    const { code, stderr } = await runToEnd("pipeline", folder, args);
    assertEquals(code, 2);
    assertEquals(
      stderr,
      `Cannot start the run: "${
        folder.file("state")
      }" holds one that has not come to its end; go on with it by --resume, or remove the folder`,
    );
  }

  { // Another rule, type or place is refused, each by name.
    const { code, stderr } = await runToEnd("pipeline", folder, [
      ...args,
      "--resume",
      "--types=click",
      "--max-line=1000",
    ]);
    assertEquals(code, 2);
    assertMatch(
      stderr,
      /^Cannot resume the run in ".*": not all is as it was\n/,
    );
    assertMatch(stderr, /\n {2}--types was click,view,purchase and is click\n/);
    assertMatch(stderr, /\n {2}--max-line was 1048576 and is 1000$/);
  }

  { // An input that was touched is refused.
    const { mtime } = await Deno.stat(input);
    await Deno.utime(input, new Date(), new Date());
    const { code, stderr } = await runToEnd("pipeline", folder, [
      ...args,
      "--resume",
    ]);
    await Deno.utime(input, mtime!, mtime!);
    assertEquals(code, 2);
    assertMatch(stderr, /the input was changed at .* and then at /);
  }

  { // A damaged checkpoint is told, and what was saved before it used.
    const checkpoint = folder.file("state/checkpoint");
    const bytes = await Deno.readFile(checkpoint);
    await Deno.writeFile(checkpoint, bytes.subarray(0, bytes.length - 40));
    await using run = startRun("pipeline", folder, [
      ...args,
      "--resume",
      "--json",
    ]);
    const { code, stdout, stderr } = await ended(run);

    assertEquals(code, 0, stderr);
    assertMatch(
      stderr,
      /Cannot use ".*checkpoint" from byte \d+ of \d+ on: it is torn; going on from what was saved before/,
    );
    const { resumedAt, recoveries } = JSON.parse(stdout);
    assert(resumedAt > 0, stdout);
    assertEquals(recoveries, 0);
    assertEquals(await Deno.readTextFile(folder.output), right.results);
    assertEquals(await Deno.readTextFile(folder.rejects), right.rejects);
    assertEquals(await folder.names(), [
      "in.ndjson",
      "rejects.ndjson",
      "results.ndjson",
    ]);
  }

  { // There is nothing to resume any more.
    const { code, stderr } = await runToEnd("pipeline", folder, [
      ...args,
      "--resume",
    ]);
    assertEquals(code, 2);
    assertMatch(stderr, /holds no run; leave out --resume to start one$/);
  }
}

async function saysHowToGoOn(): Promise<void> {
  await using folder = await runFolder();
  const input = folder.file("in.ndjson");
  await writeEvents({ count: COUNT }, input);
  const args = [`--input=${input}`, `--state=${folder.file("state")}`];
  await using run = startRun("pipeline", folder, [...args, ...SLOWLY]);
  await eventually(
    "something is saved",
    () => isThere(folder.file("state/checkpoint")),
  );

  run.kill("SIGINT");

  assertEquals(await ended(run), {
    code: 130,
    stdout: "",
    stderr: "Interrupted: no results were written; go on by --resume",
  });
  const { code, stderr } = await runToEnd("pipeline", folder, [
    ...args,
    "--resume",
  ]);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
}

async function goesOnAfterFullDisk(): Promise<void> {
  await using folder = await runFolder();
  await using disk = await smallDisk(folder.file("disk"));
  if (!disk) return;
  const input = folder.file("in.ndjson");
  await writeEvents({ count: COUNT }, input);
  const right = await runWell("monolith", [`--input=${input}`]);
  // Room for four small files: some saves, and then there is none for the next.
  await Deno.writeFile(`${disk.path}/full`, new Uint8Array(65_536 - 4 * 4_096));
  const state = `${disk.path}/state`;
  const args = [`--input=${input}`, `--state=${state}`];

  const { code, stderr } = await runToEnd("pipeline", folder, [
    ...args,
    ...SLOWLY,
  ]);

  assertEquals(code, 1, stderr);
  // A checkpoint or run.json: whichever is written first.
  assertMatch(
    stderr,
    /^Cannot (save|keep) the run in ".*\/state": no space left on device(; what was saved before is still good)?; go on by --resume$/,
  );
  await Deno.remove(`${disk.path}/full`);
  const again = await runToEnd("pipeline", folder, [
    ...args,
    "--resume",
    "--json",
  ]);
  assertEquals(again.code, 0, again.stderr);
  assert(JSON.parse(again.stdout).resumedAt > 0, again.stdout);
  assertEquals(await Deno.readTextFile(folder.output), right.results);
}

for (
  const [args, message] of [
    [["--resume"], "Cannot resume: say where the run is, by --state"],
    [
      ["--state=STATE", "--input=-"],
      "Cannot keep the state of a run over standard input: it cannot be read again; put it into a file",
    ],
  ] as const
) {
  Deno.test(`pipeline refuses ${args.join(" ")}`, async () => {
    await using folder = await runFolder();

    const { code, stderr } = await endHere(() =>
      pipeline(argsOf(
        folder,
        args.map((arg) => arg.replace("STATE", folder.file("state"))),
      ))
    );

    assertEquals({ code, stderr }, { code: 2, stderr: message });
  });
}
