import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { divertLog } from "../../../runtime/program/log.ts";
import {
  openSink,
  type SinkPaths,
  soFarPath,
} from "../../../stages/sink/sink.ts";
import { builtInSchema } from "../../../stages/schema/schema.ts";
import { type TempFolder, tempFolder } from "../../support/temp_folder.ts";

const TYPES = ["a", "b", "c"];
const EVENTS = { schema: builtInSchema(TYPES), tags: [] };
const { signal: NEVER } = new AbortController();

function result(type: string, count: number) {
  const figures = { sum: "1", min: "1", max: "1", avg: 1, percentiles: [] };
  return {
    key: [JSON.stringify(type)],
    count,
    values: [{ count, ...figures }],
    tags: [],
  };
}

function pathsIn(folder: TempFolder, more: Partial<SinkPaths>): SinkPaths {
  return {
    output: folder.file("out"),
    rejects: folder.file("rejects"),
    run: "r1",
    ...more,
  };
}

const TOTALS = { events: 9, rejected: 0, filtered: 0 };

Deno.test("writeSoFar() replaces the file in its format and order, and keeps what is of closed windows", async () => {
  await using folder = await tempFolder();
  const paths = pathsIn(folder, {
    writing: { format: "csv", sort: "count", top: 2 },
  });
  using sink = await openSink(paths, EVENTS);
  const keys = async () => {
    const [, ...lines] = (await Deno.readTextFile(paths.output)).split("\r\n");
    return lines.filter(Boolean).map((line) => line.split(",", 2).join(" "));
  };

  sink.takeResults(["a", "b", "c"].map((type, at) => result(type, at + 1)));
  await sink.writeSoFar(1, NEVER);
  assertEquals(await keys(), ["c 3", "b 2"]);
  sink.takeResults([result("b", 5)]);
  await sink.writeSoFar(1, NEVER);
  assertEquals(await keys(), ["b 5", "a 1"]);
  assertEquals(await folder.names(), ["out", "rejects.r1.partial"]);
  sink.takeResults([result("c", 7)]);
  await sink.commit(TOTALS);

  assertEquals(await keys(), ["c 7", "a 1"]);
});

Deno.test("writeSoFar() hands over what nobody has, once the one before was taken", async () => {
  await using folder = await tempFolder();
  const paths = pathsIn(folder, { appended: true });
  using sink = await openSink(paths, EVENTS);
  /** Reads what is handed over, and takes it. */
  const take = async () => {
    const text = await Deno.readTextFile(soFarPath(paths));
    await Deno.remove(soFarPath(paths));
    const [head, ...lines] = text.split("\n").filter(Boolean)
      .map((line) => JSON.parse(line));
    return [head, ...lines.map(({ key, count }) => `${key} ${count}`)];
  };

  sink.takeResults([result("a", 1), result("b", 1)]);
  await sink.writeSoFar(1, NEVER);
  sink.takeResults([result("b", 2), result("c", 1)]);
  await sink.writeSoFar(2, NEVER); // is left out
  assertEquals(await take(), [{ from: 0, closed: 1 }, "a 1", "b 1"]);
  sink.takeResults([result("c", 2)]);
  await sink.writeSoFar(2, NEVER);

  assertEquals(await take(), [{ from: 1, closed: 2 }, "b 2", "c 2"]);
  assertEquals(sink.results, 2);
});

Deno.test("writeSoFar() leaves results out of a database that is locked, says it once, and writes no run", async () => {
  await using folder = await tempFolder();
  const paths = pathsIn(folder, { writing: { format: "sqlite" } });
  const said: string[] = [];
  using _log = divertLog((text) => void said.push(text));
  using sink = await openSink(paths, EVENTS);
  using database = new DatabaseSync(paths.output);
  const rows = (table: string) =>
    database.prepare(`SELECT * FROM ${table}`).all().map(({ key, count }) =>
      `${key} ${count}`
    );

  sink.takeResults([result("a", 1)]);
  await sink.writeSoFar(0, NEVER);
  assertEquals(rows("results"), ["a 1"]);
  database.exec("BEGIN IMMEDIATE");
  for (const count of [2, 3]) {
    sink.takeResults([result("a", count)]);
    await sink.writeSoFar(0, NEVER);
  }
  database.exec("ROLLBACK");
  assertEquals(rows("results"), ["a 1"]);
  sink.takeResults([result("a", 4)]);
  await sink.writeSoFar(0, NEVER);

  assertEquals([rows("results"), rows("runs")], [["a 4"], []]);
  assertEquals(said, [
    `The results so far are left out of "${paths.output}" until they can be written: it is locked by another program\n`,
  ]);
});
