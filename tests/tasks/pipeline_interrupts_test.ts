/**
 * Ctrl-C, SIGTERM and SIGKILL, at any moment of a run: the right exit code, one
 * line, and nothing left.
 */

import { assert, assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { defaultFile } from "../../tasks/generate.ts";
import { eachOf, testsAtOnce } from "../support/at_once.ts";
import { eventually } from "../support/eventually.ts";
import {
  assertNothingLeft,
  type Command,
  ended,
  findStages,
  opened,
  runFolder,
  stagesGone,
  startRun,
  writeWithoutEnd,
} from "../support/runs.ts";
import { makePipe } from "../support/programs.ts";
import { spawn } from "../support/spawned.ts";
import { freePorts } from "../support/free_ports.ts";

const SIGNALS = [["SIGINT", 130], ["SIGTERM", 143]] as const;
const COMMANDS: Command[] = ["pipeline", "monolith"];
const MESSAGE = "Interrupted: no results were written";
/** The stages' time to drain is 3 s: an interrupt must not wait for that. */
const PROMPT_MS = 2_500;
/** One at a time, since time is measured. */
const ALONE = 1;

Deno.test("SIGINT and SIGTERM end a run that waits for input, and one whose stages are coming up", async () => {
  const cases = SIGNALS.flatMap(([signal, code]) => [
    { signal, code, command: "pipeline" as const, comesUp: true },
    ...COMMANDS.map((command) => ({ signal, code, command, comesUp: false })),
  ]);
  await eachOf(cases, (each) => JSON.stringify(each), async (each) => {
    const { signal, code, command, comesUp } = each;
    await using folder = await runFolder();
    await using run = startRun(command, folder, ["--input=-"], {
      stdin: "piped",
    });
    if (comesUp) {
      await eventually(
        "the first stage is there",
        async () => Object.keys(await findStages(run.port)).length > 0,
      );
    } else await opened(run);
    const startMs = performance.now();

    run.kill(signal);

    assertEquals(await ended(run), { code, stdout: "", stderr: MESSAGE });
    const tookMs = performance.now() - startMs;
    assert(comesUp || tookMs < PROMPT_MS, "it took its time");
    await assertNothingLeft(run);
    assertEquals(await folder.names(), []);
  }, ALONE);
});

Deno.test("SIGTERM ends a run whose named pipe has no writer", async () => {
  await eachOf(COMMANDS, String, async (command) => {
    await using folder = await runFolder();
    const pipe = makePipe(folder.file("pipe"));
    await using run = startRun(command, folder, [`--input=${pipe}`]);
    await eventually("the pipe is being opened", async () => {
      const { ingest } = await findStages(run.port);
      const reader = command === "pipeline" ? ingest : run.pid;
      return reader !== undefined && await waitsForWriter(reader);
    });
    const startMs = performance.now();

    run.kill("SIGTERM");

    assertEquals(await ended(run), { code: 143, stdout: "", stderr: MESSAGE });
    assert(performance.now() - startMs < PROMPT_MS, "it took its time");
    await assertNothingLeft(run);
    assertEquals(await folder.names(), ["pipe"]);
  }, ALONE);
});

const test = testsAtOnce("interrupts, and no time is measured");

for (const command of COMMANDS) {
  test(`SIGHUP of a ${command} leaves no stage and no unfinished file`, async () => {
    await using folder = await runFolder();
    await using run = startRun(command, folder, ["--input=-"], {
      stdin: "piped",
    });
    await opened(run);

    run.kill("SIGHUP");
    await run.status;

    await stagesGone(run.port);
    await eventually(
      "its unfinished files are removed",
      async () => (await folder.names()).length === 0,
    );
  });
}

for (const command of COMMANDS) {
  test(`SIGINT ends a ${command} in the middle of its events`, async () => {
    await using folder = await runFolder();
    await using run = startRun(command, folder, ["--input=-"], {
      stdin: "piped",
    });
    const writing = writeWithoutEnd(run.stdin!);
    await opened(run);
    await writing.first;

    run.kill("SIGINT");

    assertEquals(await ended(run), { code: 130, stdout: "", stderr: MESSAGE });
    await writing.broken;
    await assertNothingLeft(run);
    assertEquals(await folder.names(), []);
  });
}

test("SIGINT ends a pipeline that generates its input", async () => {
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, ["--count=100000000"]);
  const place = dirname(await defaultFile("events.ndjson"));
  const unfinished = async () =>
    (await Array.fromAsync(Deno.readDir(place))).map(({ name }) => name)
      .filter((name) => /^events\.ndjson\..*\.partial$/.test(name));
  await eventually(
    "it generates",
    async () => (await unfinished()).length > 0,
  );

  run.kill("SIGINT");

  assertEquals(await ended(run), { code: 130, stdout: "", stderr: MESSAGE });
  await assertNothingLeft(run);
  assertEquals(await unfinished(), []);
  assertEquals(await folder.names(), []);
});

test("Ctrl-C ends a pipeline that deno task has started", async () => {
  await using folder = await runFolder();
  const port = freePorts();
  // The terminal signals every process in the foreground, and deno task passes
  // its signal on: the pipeline gets two.
  await using task = spawn(Deno.execPath(), [
    "task",
    "--quiet",
    "pipeline",
    "--input=-",
    `--output=${folder.output}`,
    `--rejects=${folder.rejects}`,
    `--port=${port}`,
  ], { stdin: "piped", group: true });
  const run = { ...task, folder, port };
  await opened(run);

  task.kill("SIGINT");

  assertEquals(await ended(task), { code: 130, stdout: "", stderr: MESSAGE });
  await assertNothingLeft(run);
  assertEquals(await folder.names(), []);
});

test("an interrupt says that the results there are of an earlier run", async () => {
  await using folder = await runFolder();
  await Deno.writeTextFile(folder.output, "old");
  await using run = startRun("monolith", folder, ["--input=-"], {
    stdin: "piped",
  });
  await opened(run);

  run.kill("SIGINT");

  const { stderr } = await ended(run);
  assertEquals(stderr, `${MESSAGE}; "${folder.output}" is of an earlier run`);
  assertEquals(await Deno.readTextFile(folder.output), "old");
});

test("SIGKILL of the pipeline leaves no stage and no unfinished file", async () => {
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, ["--input=-"], {
    stdin: "piped",
  });
  await opened(run);

  run.kill("SIGKILL");
  await run.status;

  await stagesGone(run.port);
  await eventually(
    "its unfinished files are removed",
    async () => (await folder.names()).length === 0,
  );
  await assertNothingLeft(run);
});

Deno.test("a second SIGINT kills a stage that does not answer to the first", async () => {
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, ["--input=-"], {
    stdin: "piped",
  });
  await opened(run);
  const { sink } = await findStages(run.port);
  Deno.kill(sink!, "SIGSTOP");
  let over = false;
  run.status.then(() => over = true);

  await eventually("it has ended", () => {
    if (!over) run.kill("SIGINT");
    return over;
  }, PROMPT_MS);

  assertEquals((await ended(run)).code, 130);
  await assertNothingLeft(run);
});

/** True when a thread of the process is opening a pipe, which waits. */
async function waitsForWriter(pid: number): Promise<boolean> {
  for await (const { name } of Deno.readDir(`/proc/${pid}/task`)) {
    const call = await Deno.readTextFile(`/proc/${pid}/task/${name}/wchan`);
    if (call === "wait_for_partner") return true;
  }
  return false;
}
