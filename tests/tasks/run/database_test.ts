/** Results that go into a database of SQLite, as a user asks for them. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import {
  ended,
  findStages,
  runFolder,
  runToEnd,
  startRun,
} from "../../support/runs.ts";

/** The locked line of a sink; the stage's name stands before it in a pipeline. */
const WAITS = /is locked by another program: the results wait for it$/;

Deno.test("a run waits for a database that is locked, and a sink that is killed meanwhile writes it once", async () => {
  await using folder = await runFolder();
  const path = folder.file("results.db");
  const output = `--output=sqlite:${path}`;
  const count = "--count=1000";
  using other = new DatabaseSync(path, { timeout: 30_000 });
  other.exec("CREATE TABLE orders (id); BEGIN IMMEDIATE");

  await using run = startRun("pipeline", folder, [count, output, "--json"]);
  const waits = async () => {
    for (let line; (line = await run.stderr.next()) !== undefined;) {
      if (WAITS.test(line)) return line;
    }
  };
  assertMatch(await waits() ?? "it has not waited", WAITS);
  const { sink } = await findStages(run.port);
  const args = await Deno.readTextFile(`/proc/${sink}/cmdline`);
  Deno.kill(sink!, "SIGKILL");
  assertMatch(await waits() ?? "it has not waited again", WAITS);
  other.exec("ROLLBACK");
  const { code, stdout } = await ended(run);
  const monolith = await runToEnd("monolith", folder, [
    count,
    output,
    "--json",
    "--top=1",
    "--sort=count",
  ]);

  assertEquals([code, monolith.code], [0, 0], monolith.stderr);
  const names = args.split("\0").filter((arg) =>
    /^--allow-(read|write)/.test(arg)
  )
    .flatMap((arg) => arg.split("=")[1]!.split(","))
    .map((file) =>
      file.replace(`${folder.path}/`, "").replace(
        /\.[^.]*\.(records\.)?partial$/,
        ".*.$1partial",
      )
    );
  assertEquals(
    new Set(names),
    new Set([
      "results.db",
      "rejects.ndjson",
      "rejects.ndjson.*.partial",
      "results.db.*.records.partial",
    ]),
  );
  const report = JSON.parse(stdout);
  assertEquals(
    other.prepare("SELECT key, count, sum, avg FROM results ORDER BY key").all()
      .map((row) => ({ ...row })),
    report.results.map(({ key, count, sum, avg }: Record<string, unknown>) => ({
      key,
      count,
      sum,
      avg,
    })),
  );
  assertEquals(
    other.prepare(
      "SELECT events, filtered, rejected, results FROM runs ORDER BY results",
    ).all()
      .map((row) => ({ ...row })),
    [1, 2].map((results) => ({
      events: report.events,
      filtered: report.filtered,
      rejected: report.rejected,
      results,
    })),
  );
  assertEquals(await folder.names(), ["rejects.ndjson", "results.db"]);
});

Deno.test("a run refuses what is no database, and flags that do not go with one, before it starts", async () => {
  await using folder = await runFolder();
  await Deno.writeTextFile(folder.file("notes.db"), "my notes ".repeat(100));
  const refusals: Record<string, string> = {};
  for (
    const args of [
      ["--output=sqlite:notes.db"],
      ["--output=sqlite:"],
      ["--output=sqlite:new.db", "--format=csv"],
    ]
  ) {
    await using run = startRun("monolith", folder, [
      "--input=/dev/null",
      ...args,
    ], { cwd: folder.path });
    const { code, stderr } = await ended(run);
    refusals[args.join(" ")] = `${code}: ${stderr}`;
  }

  assertStringIncludes(
    refusals["--output=sqlite:notes.db"]!,
    `2: Cannot write the results to the database "${
      folder.file("notes.db")
    }": file is not a database`,
  );
  assertStringIncludes(
    refusals["--output=sqlite:"]!,
    "2: Cannot write --output=sqlite:: a database is a file; name one, as in sqlite:results.db",
  );
  assertStringIncludes(
    refusals["--output=sqlite:new.db --format=csv"]!,
    "2: Cannot use --format=csv with --output=sqlite:new.db: a database has no format",
  );
  assertEquals(await folder.names(), ["notes.db"]);
});
