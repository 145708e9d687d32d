/** The rejects of a run, run again as a user does once the cause is mended. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import {
  type Command,
  ended,
  runFolder,
  runToEnd,
  startRun,
} from "../../support/runs.ts";

const COMMANDS: Command[] = ["pipeline", "monolith"];

const EVENT = {
  ts: "2026-01-01T00:00:00.250Z",
  type: "click",
  user: "u1",
  value: 1,
};
/** As the run before had it: of a type it did not know, broken, and too long. */
const INPUT = [
  EVENT,
  { ...EVENT, type: "signup", value: 20 },
  "?",
  { ...EVENT, user: "u".repeat(6_000) },
  { ...EVENT, type: "signup", value: 22 },
].map((each) => typeof each === "string" ? each : JSON.stringify(each))
  .join("\n");
/** An event but for one byte, which is no letter of UTF-8. */
const NOT_UTF8 = Buffer.from(
  `\n${JSON.stringify({ ...EVENT, user: "\xff" })}\n`,
  "latin1",
);

Deno.test("a replay counts what is no reject any more, and keeps the places of what is", async () => {
  for (const command of COMMANDS) {
    await using folder = await runFolder();
    await Deno.writeFile(
      folder.file("in"),
      Buffer.concat([Buffer.from(INPUT), NOT_UTF8]),
    );
    await Deno.writeTextFile(folder.file("rules"), "[]");
    const run = async (...args: string[]) => {
      await using run = startRun(command, folder, [
        "--json",
        "--rules=rules",
        ...args,
      ], {
        cwd: folder.path,
      });
      return await ended(run);
    };
    const before = await run("--input=in", "--types=click", "--max-line=5kib");
    assertEquals(before.code, 0, before.stderr);
    const rejects = await Deno.readTextFile(folder.rejects);

    const { code, stdout, stderr } = await run(
      "--replay=rejects.ndjson",
      "--types=click,signup",
      "--output=more.ndjson",
      "--rejects=left.ndjson",
      "--max-line=5kib",
    );

    assertEquals({ code, stderr }, { code: 0, stderr: "" }, command);
    const { events, rejected, results } = JSON.parse(stdout);
    assertEquals([events, rejected], [5, 3]);
    assertEquals(
      results.map((
        { key, count, sum }: Record<string, unknown>,
      ) => [key, count, sum]),
      [["signup", 2, 42]],
    );
    const old = rejects.trimEnd().split("\n").map((line) => JSON.parse(line));
    const left = (await Deno.readTextFile(folder.file("left.ndjson"))).trimEnd()
      .split("\n").map((line) => JSON.parse(line));
    assertEquals(left, [
      old[1],
      {
        ...old[2],
        reason: "cannot be replayed: the rejects file has only the start of it",
      },
      {
        ...old[4],
        stage: "ingest",
        reason:
          "cannot be replayed: the rejects file has not all of its bytes; mend its text by hand",
      },
    ]);
    assertEquals(left.map(({ line, length, lossy }) => [line, length, lossy]), [
      [3, undefined, undefined],
      [
        4,
        JSON.stringify({ ...EVENT, user: "u".repeat(6_000) }).length,
        undefined,
      ],
      [6, undefined, true],
    ]);
    assertEquals(await Deno.readTextFile(folder.rejects), rejects);
    assertEquals(await folder.names(), [
      "in",
      "left.ndjson",
      "more.ndjson",
      "rejects.ndjson",
      "results.ndjson",
      "rules",
    ]);
  }
});

Deno.test("a replay whose stages are killed gives what an undisturbed one does", async () => {
  await using folder = await runFolder();
  const replay = async (command: Command, ...args: string[]) => {
    const { code, stderr } = await runToEnd(command, folder, [
      `--replay=${folder.rejects}`,
      "--types=click,view",
      `--output=${folder.file(`${command}.ndjson`)}`,
      `--rejects=${folder.file(`${command}.left`)}`,
      ...args,
    ]);
    assertEquals(code, 0, stderr);
    return {
      stderr,
      results: await Deno.readTextFile(folder.file(`${command}.ndjson`)),
      left: await Deno.readTextFile(folder.file(`${command}.left`)),
    };
  };
  // Every second event is of a type that the replay does not know, either.
  const rejects = Array.from({ length: 20_000 }, (_, at) =>
    JSON.stringify({
      line: at * 3 + 1,
      offset: at * 100,
      stage: "parse",
      reason: "unknown type",
      text: JSON.stringify({ ...EVENT, type: at % 2 ? "click" : "signup" }),
    })).join("\n");
  await Deno.writeTextFile(folder.rejects, rejects);

  const right = await replay("monolith");
  const disturbed = await replay(
    "pipeline",
    "--batch=50",
    "--checkpoint-interval=20ms",
    "--chaos=ingest@20%,sink@50%,aggregate@75%",
  );

  assertEquals(disturbed.stderr.match(/^chaos: SIGKILL to /gm)?.length, 3);
  assertEquals(disturbed.results, right.results);
  assertEquals(disturbed.left, right.left);
  assertEquals(
    right.left.trimEnd().split("\n").map((line) => JSON.parse(line).line),
    Array.from({ length: 10_000 }, (_, at) => at * 6 + 1),
  );
});

Deno.test("a replay refuses an input beside it, and what is no rejects file", async () => {
  await using folder = await runFolder();
  await Deno.writeTextFile(folder.file("in"), INPUT);
  const refused = async (...args: string[]) => {
    await using run = startRun("monolith", folder, args, { cwd: folder.path });
    const { code, stderr } = await ended(run);
    return `${code}: ${stderr}`;
  };

  assertStringIncludes(
    await refused("--replay=in", "--input=in"),
    "2: Cannot use --input with --replay: the rejects have the lines; run the other input by itself",
  );
  assertStringIncludes(
    await refused("--replay=in"),
    `2: Cannot replay "${folder.file("in")}": its line 1 is no reject`,
  );
  assertStringIncludes(
    await refused("--replay=-"),
    '2: Cannot replay "-": it is no file',
  );
});
