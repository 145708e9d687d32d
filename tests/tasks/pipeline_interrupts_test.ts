/**
 * Ctrl-C, SIGTERM and SIGKILL, at any moment of a run: the right exit code, one
 * line, and nothing left; the results of what was read where the input has no
 * end.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { dirname } from "node:path";
import { defaultFile } from "../../tasks/generate.ts";
import { isGone } from "../../runtime/process/process_files.ts";
import { eachOf, testsAtOnce } from "../support/at_once.ts";
import { eventually } from "../support/eventually.ts";
import {
  assertNothingLeft,
  type Command,
  ended,
  findStages,
  opened,
  type Run,
  runFolder,
  stagesGone,
  startRun,
  writeWithoutEnd,
} from "../support/runs.ts";
import { makePipe } from "../support/programs.ts";
import { spawn } from "../support/spawned.ts";
import { freePorts } from "../support/free_ports.ts";
import { tempFolder } from "../support/temp_folder.ts";

const SIGNALS = [["SIGINT", 130], ["SIGTERM", 143]] as const;
const COMMANDS: Command[] = ["pipeline", "monolith"];
const MESSAGE = "Interrupted: no results were written";
const ENDING =
  "Reading no more: what was read goes through; interrupt again to end without results";
const FILES = ["rejects.ndjson", "results.ndjson"];
/** The stages' time to drain is 3 s: an interrupt must not wait for that. */
const PROMPT_MS = 2_500;
/** One at a time, since time is measured. */
const ALONE = 1;

/**
 * Checks that an end does not wait for a time to be up. Whoever does so never
 * comes earlier; who does not may come late on a busy machine, but not each time.
 *
 * @param end Does it, and returns how long it took, in milliseconds.
 */
async function assertPrompt(end: () => Promise<number>): Promise<void> {
  const tookMs: number[] = [];
  do tookMs.push(await end()); while (
    Math.min(...tookMs) >= PROMPT_MS && tookMs.length < 5
  );
  assert(Math.min(...tookMs) < PROMPT_MS, `it took ${tookMs.join(", ")} ms`);
}

Deno.test("SIGINT and SIGTERM end a run whose stages are coming up", async () => {
  await eachOf(SIGNALS, String, async ([signal, code]) => {
    await using folder = await runFolder();
    await using stages = await tempFolder();
    const command = ["sh", "-c", "exec sleep 1000"];
    await Deno.writeTextFile(
      stages.file("stages.yaml"),
      JSON.stringify({
        stages: { sink: { variants: { never: { command } } } },
      }),
    );
    await using run = startRun("pipeline", folder, [
      "--input=-",
      `--stages=${stages.file("stages.yaml")}`,
      // Which never comes up.
      "--stage=sink=never",
    ], { stdin: "piped" });
    await eventually(
      "the first stage is there",
      async () => Object.keys(await findStages(run.port)).length > 0,
    );

    run.kill(signal);

    assertEquals(await ended(run), { code, stdout: "", stderr: MESSAGE });
    await assertNothingLeft(run);
    assertEquals(await folder.names(), []);
  }, ALONE);
});

Deno.test("SIGINT and SIGTERM end a run that waits for input with what it has", async () => {
  // SIGTERM of a pipeline: see the named pipe, and the middle of a pipe.
  const cases = [
    { command: "pipeline", signal: "SIGINT" },
    { command: "monolith", signal: "SIGTERM" },
  ] as const;
  await eachOf(
    cases,
    JSON.stringify,
    ({ command, signal }) =>
      assertPrompt(async () => {
        await using folder = await runFolder();
        await using run = startRun(command, folder, ["--json", "--input=-"], {
          stdin: "piped",
        });
        await opened(run);
        const startMs = performance.now();

        run.kill(signal);

        const { code, stdout, stderr } = await ended(run);
        const tookMs = performance.now() - startMs;
        assertEquals({ code, stderr }, { code: 0, stderr: ENDING });
        assertEquals(JSON.parse(stdout).events, 0);
        await assertNothingLeft(run);
        assertEquals(await folder.names(), FILES);
        return tookMs;
      }),
    ALONE,
  );
});

Deno.test("SIGTERM ends a run whose named pipe has no writer", async () => {
  await eachOf(COMMANDS, String, (command) =>
    assertPrompt(async () => {
      await using folder = await runFolder();
      const pipe = makePipe(folder.file("pipe"));
      await using run = startRun(command, folder, [
        "--json",
        `--input=${pipe}`,
      ]);
      await eventually("the pipe is being opened", async () => {
        const { ingest } = await findStages(run.port);
        const reader = command === "pipeline" ? ingest : run.pid;
        return reader !== undefined && await waitsForWriter(reader);
      });
      const startMs = performance.now();

      run.kill("SIGTERM");

      const { code, stdout, stderr } = await ended(run);
      const tookMs = performance.now() - startMs;
      assertEquals({ code, stderr }, { code: 0, stderr: ENDING });
      assertEquals(JSON.parse(stdout).events, 0);
      await assertNothingLeft(run);
      assertEquals(await folder.names(), ["pipe", ...FILES]);
      return tookMs;
    }), ALONE);
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

// A pipeline: see Ctrl-C.
test("SIGTERM ends a monolith in the middle of a pipe with exact results of what was read", async () => {
  await using folder = await runFolder();
  await using run = startRun("monolith", folder, ["--json", "--input=-"], {
    stdin: "piped",
  });
  const writing = writeWithoutEnd(run.stdin!, countedEvents);
  await opened(run);
  await writing.first;

  run.kill("SIGTERM");

  await assertExact(run);
  await writing.broken;
});

test("SIGTERM ends a pipe in order while the chain is held back, broken and opened anew", async () => {
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, ["--json", "--input=-"], {
    stdin: "piped",
  });
  const writing = writeWithoutEnd(run.stdin!, countedEvents);
  await opened(run);
  await writing.first;
  const { sink } = await findStages(run.port);
  Deno.kill(sink!, "SIGSTOP");

  run.kill("SIGTERM");
  await run.stderr.find(/^Reading no more/);
  Deno.kill(sink!, "SIGKILL");

  const { recoveries } = await assertExact(run, /recovery 1 of 10/);
  assertEquals(recoveries, 1);
  await writing.broken;
});

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

test("Ctrl-C ends a pipeline that deno task has started, in the middle of a pipe, with exact results of what was read", async () => {
  await using folder = await runFolder();
  const port = freePorts();
  // The terminal signals every process in the foreground, and deno task passes
  // its signal on: the pipeline gets two.
  await using task = spawn(Deno.execPath(), [
    "task",
    "--quiet",
    "pipeline",
    "--input=-",
    "--json",
    `--output=${folder.output}`,
    `--rejects=${folder.rejects}`,
    `--port=${port}`,
  ], { stdin: "piped", group: true });
  const run = { ...task, folder, port };
  const writing = writeWithoutEnd(run.stdin!, countedEvents);
  await opened(run);
  await writing.first;

  task.kill("SIGINT");

  await assertExact(run);
  await writing.broken;
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

Deno.test("a second SIGINT kills a stage that does not answer to the first, and says that the results there are of an earlier run", async () => {
  await assertPrompt(async () => {
    await using folder = await runFolder();
    await Deno.writeTextFile(folder.output, "old");
    await using run = startRun("pipeline", folder, ["--input=-"], {
      stdin: "piped",
    });
    await opened(run);
    const { sink } = await findStages(run.port);
    Deno.kill(sink!, "SIGSTOP");
    let over = false;
    run.status.then(() => over = true);
    const startMs = performance.now();

    await eventually("it has ended", () => {
      if (!over) run.kill("SIGINT");
      return over;
    });

    const tookMs = performance.now() - startMs;
    const { code, stdout, stderr } = await ended(run);
    assertEquals({ code, stdout }, { code: 130, stdout: "" });
    assertEquals(
      stderr,
      `${ENDING}\n${MESSAGE}; "${folder.output}" is of an earlier run`,
    );
    assertEquals(await Deno.readTextFile(folder.output), "old");
    await assertNothingLeft(run);
    return tookMs;
  });
});

/** So many events from a number on: their values are the numbers, from 10 on. */
function countedEvents(from: number, count: number): string {
  const lines = Array.from({ length: count }, (_, at) => {
    const value = from + at + 10;
    return `{"ts":"2026-01-01T00:00:00.250Z","type":"click","user":"u1","value":${value}}\n`;
  });
  return lines.join("");
}

/**
 * Checks that a run has ended well, and has counted each of the
 * {@linkcode countedEvents} up to some place once, and nothing else.
 */
async function assertExact(run: Run, said = /^$/) {
  const { code, stdout, stderr } = await ended(run);
  assertEquals(code, 0, stderr);
  assertMatch(stderr.replace(ENDING, ""), said);
  const report = JSON.parse(stdout);
  const { events } = report;
  assert(events > 0, stdout);
  assertEquals(report.rejected, 0);
  const [{ count, min, max, sum }] = report.results;
  assertEquals({ count, min, max, sum }, {
    count: events,
    min: 10,
    max: events + 9,
    sum: events * (events + 19) / 2,
  });
  await assertNothingLeft(run);
  assertEquals(await run.folder.names(), FILES);
  return report;
}

/** True when a thread of the process is opening a pipe, which waits. */
async function waitsForWriter(pid: number): Promise<boolean> {
  try {
    for await (const { name } of Deno.readDir(`/proc/${pid}/task`)) {
      const call = await Deno.readTextFile(`/proc/${pid}/task/${name}/wchan`);
      if (call === "wait_for_partner") return true;
    }
  } catch (error) {
    // A thread has ended since they were listed: look again.
    if (!isGone(error)) throw error;
  }
  return false;
}
