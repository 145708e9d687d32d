/**
 * A file that is followed, as a program writes it: rotated by rename while it is
 * read, and while nobody does.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { isThere } from "../../runtime/files/optional_file.ts";
import { eachOf } from "../support/at_once.ts";
import { eventually } from "../support/eventually.ts";
import {
  assertNothingLeft,
  ended,
  findStages,
  type RunFolder,
  runFolder,
  runToEnd,
  stagesGone,
  startRun,
  unfinishedFile,
} from "../support/runs.ts";

/** Events written at once, and how often: some ten thousand a second. */
const BLOCK = 100;
const PAUSE_MS = 10;
/** What no event is; the last line says that all was written. */
const BAD = "?";
const ROTATED = "after the rename";
const LAST = "the last line";
const ENDING =
  "Reading no more: what was read goes through; interrupt again to end without results";

/** Writes a log without a pause, and rotates it when it is told to. */
function startWriter(path: string) {
  const encoder = new TextEncoder();
  let file = Deno.openSync(path, { create: true, append: true });
  let [events, line] = [0, 0];
  let isOver = false;
  const rejects: { line: number; text: string }[] = [];
  const writeLine = (text: string) => {
    file.writeSync(encoder.encode(`${text}\n`));
    line++;
  };
  const reject = (text: string) => {
    writeLine(text);
    rejects.push({ line, text });
  };
  const writing = (async () => {
    while (!isOver) {
      const lines = Array.from({ length: BLOCK }, () => {
        const value = events++ + 10;
        return `{"ts":"2026-01-01T00:00:00.250Z","type":"click","user":"u1","value":${value}}\n`;
      });
      file.writeSync(encoder.encode(lines.join("")));
      line += BLOCK;
      reject(BAD);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  })();
  return {
    /** Moves all files on, and writes on to the old one for one more line. */
    rotate() {
      for (let number = 8; number > 0; number--) {
        try {
          Deno.renameSync(`${path}.${number}`, `${path}.${number + 1}`);
        } catch (error) {
          if (!(error instanceof Deno.errors.NotFound)) throw error;
        }
      }
      Deno.renameSync(path, `${path}.1`);
      reject(ROTATED);
      file.close();
      file = Deno.openSync(path, { create: true, append: true });
      line = 0;
    },
    /** @returns What was written in all. */
    async end() {
      isOver = true;
      await writing;
      reject(LAST);
      file.close();
      return { events, rejects };
    },
  };
}

/** Starts following; `state` is where the run is kept. */
function startFollowing(folder: RunFolder, args: string[] = []) {
  return startRun("pipeline", folder, [
    "--follow",
    "--json",
    `--input=${folder.file("app.log")}`,
    `--state=${folder.file("state")}`,
    "--checkpoint-interval=50ms",
    ...args,
  ]);
}

Deno.test("--follow counts each line once through rotations and SIGKILL of everything", async () => {
  await using folder = await runFolder();
  const writer = startWriter(folder.file("app.log"));
  { // Rotated while it is read, and killed in the middle of that.
    await using run = startFollowing(folder);
    await eventually(
      "something is saved",
      () => isThere(folder.file("state/checkpoint")),
    );
    writer.rotate();
    await run.stderr.find(/was rotated after/);
    run.kill("SIGKILL");
    await run.status;
    await stagesGone(run.port);
  }
  // Nobody sees the file that had the name in between.
  writer.rotate();
  writer.rotate();
  await using run = startFollowing(folder, ["--resume"]);
  const rejected = async () => {
    const path = await unfinishedFile(folder, "rejects.ndjson");
    return path ? await Deno.readTextFile(path) : "";
  };
  await eventually(
    "it reads on in the file that nobody saw",
    async () => (await rejected()).split(ROTATED).length > 2,
  );
  const { ingest } = await findStages(run.port);
  Deno.kill(ingest!, "SIGKILL");
  await run.stderr.find(/recovery 1 of 10/);
  writer.rotate();
  const { events, rejects } = await writer.end();
  await eventually(
    "the last line was read",
    async () => (await rejected()).includes(LAST),
  );
  run.kill("SIGTERM");

  const { code, stdout, stderr } = await ended(run);

  assertEquals(code, 0, stderr);
  assert(stderr.endsWith(ENDING), stderr);
  const report = JSON.parse(stdout);
  assert(report.resumedAt > 0, stdout);
  assertEquals(report.events, events + rejects.length);
  const [{ count, min, max, sum }] = report.results;
  assertEquals({ count, min, max, sum }, {
    count: events,
    min: 10,
    max: events + 9,
    sum: events * (events + 19) / 2,
  });
  const written = (await Deno.readTextFile(folder.rejects)).trim().split("\n")
    .map((line) => JSON.parse(line));
  assertEquals(
    written.map(({ line, text }) => ({ line, text })),
    rejects,
  );
  assertEquals(
    [...new Set(written.map(({ file }) => file))],
    [folder.file("app.log")],
  );
  await assertNothingLeft(run);
  assertEquals(await folder.names(), [
    ...["app.log", "app.log.1", "app.log.2", "app.log.3", "app.log.4"],
    ...["rejects.ndjson", "results.ndjson"],
  ]);
});

Deno.test("SIGTERM ends a followed file in order though ingest is dead", async () => {
  await using folder = await runFolder();
  const line =
    '{"ts":"2026-01-01T00:00:00.250Z","type":"click","user":"u1","value":17}\n';
  await Deno.writeTextFile(folder.file("app.log"), `${line.repeat(500)}{"half`);
  await using run = startFollowing(folder);
  await eventually(
    "all of it is saved",
    () => isThere(folder.file("state/checkpoint")),
  );
  const { ingest } = await findStages(run.port);
  Deno.kill(ingest!, "SIGSTOP");
  run.kill("SIGTERM");
  await run.stderr.find(/^Reading no more/);
  Deno.kill(ingest!, "SIGKILL");

  const { code, stdout, stderr } = await ended(run);

  assertEquals(code, 0, stderr);
  const { events, rejected, recoveries, results } = JSON.parse(stdout);
  assertEquals({ events, rejected, recoveries, count: results[0].count }, {
    events: 500,
    rejected: 0,
    recoveries: 1,
    count: 500,
  });
  await assertNothingLeft(run);
});

Deno.test("monolith --follow reads the inputs before, and goes on through a rotation", async () => {
  await using folder = await runFolder();
  const log = folder.file("app.log");
  await Deno.writeTextFile(folder.file("before"), "of before\n");
  await Deno.writeTextFile(log, "of the old file\n");
  await using run = startRun("monolith", folder, [
    "--follow",
    "--json",
    "--any-input",
    `--input=${folder.file("before")}`,
    `--input=${log}`,
  ]);
  const isRejected = (text: string) =>
    eventually(`${text} is read`, async () => {
      const path = await unfinishedFile(folder, "rejects.ndjson");
      return path !== undefined &&
        (await Deno.readTextFile(path)).includes(text);
    });
  await isRejected("of the old file");
  await Deno.rename(log, `${log}.1`);
  await Deno.writeTextFile(log, "of the new file\n");
  await isRejected("of the new file");
  run.kill("SIGINT");

  const { code, stderr } = await ended(run);

  assertEquals(code, 0, stderr);
  const rejects = (await Deno.readTextFile(folder.rejects)).trim().split("\n")
    .map((line) => JSON.parse(line));
  assertEquals(
    rejects.map(({ file, line, offset, text }) => [file, line, offset, text]),
    [
      [folder.file("before"), 1, 0, "of before"],
      [log, 1, 0, "of the old file"],
      [log, 1, 0, "of the new file"],
    ],
  );
});

const REFUSED = [
  {
    args: ["--follow"],
    said: "Cannot use --follow without --input: name the file to follow",
  },
  {
    args: ["--allow-gap"],
    said: "Cannot use --allow-gap without --follow",
  },
  {
    args: ["--follow", "--input=-"],
    said:
      'Cannot follow "-": it is no regular file; standard input is read to its end without --follow',
  },
  {
    args: ["--follow", "--input=FOLDER/a.gz"],
    said:
      'Cannot follow "FOLDER/a.gz": it is gzip data; leave out --follow, or take it as it is by --any-input',
  },
  {
    args: ["--follow", "--input=FOLDER/nowhere/app.log"],
    said: /^Cannot follow "FOLDER\/nowhere\/app\.log": /,
  },
];

Deno.test("--follow refuses what cannot be followed", async () => {
  await eachOf(REFUSED, ({ args }) => args.join(" "), async (each) => {
    await using folder = await runFolder();
    await Deno.writeFile(
      folder.file("a.gz"),
      new Uint8Array([0x1f, 0x8b, 0x08, 0]),
    );

    const { code, stdout, stderr } = await runToEnd(
      "monolith",
      folder,
      each.args.map((arg) => arg.replace("FOLDER", folder.path)),
    );

    assertEquals({ code, stdout }, { code: 2, stdout: "" });
    const said = stderr.replaceAll(folder.path, "FOLDER");
    if (typeof each.said === "string") assertEquals(said, each.said);
    else assertMatch(said, each.said);
  });
});
