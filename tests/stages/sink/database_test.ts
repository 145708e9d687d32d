import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { Fault } from "../../../runtime/program/errors.ts";
import {
  checkDatabase,
  type RunRows,
  writeRun,
} from "../../../stages/sink/database.ts";
import { eventually } from "../../support/eventually.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const BIG = 2n ** 64n;
/** Records of no fields that the project knows, but for the key. */
const ROWS: RunRows = {
  run: "r1",
  figures: { events: 4, rejected: 1 },
  records: [
    {
      route: "/a",
      status: 200,
      ms: { avg: 1.5, p95: 20 },
      bytes: String(2 ** 53 + 2),
      tags: { tier: { Big: 1, big: 2 } },
    },
    {
      route: "/a",
      status: "200",
      ms: { avg: null, p95: null },
      bytes: String(BIG),
      tags: {},
    },
  ],
  kind: {
    keys: ["route", "status"],
    fields: {
      route: "",
      status: 0,
      ms: { avg: 0, p95: 0 },
      bytes: 0,
      tags: { tier: { Big: 0, big: 0 } },
    },
  },
};

const OPTIONS = {
  signal: new AbortController().signal,
  beforeCommit: () => Promise.resolve(),
};

function all(path: string, query: string): Record<string, unknown>[] {
  using database = new DatabaseSync(path);
  const statement = database.prepare(query);
  statement.setReadBigInts(true);
  const read = (value: unknown) =>
    typeof value === "bigint" ? Number(value) : value;
  return statement.all().map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, read(value)]),
    )
  );
}

/** The digest that tells `tags.tier.big` from `tags.tier.Big`. */
const AGAIN = /^tags\.tier\.big_[0-9a-f]{8}$/;

Deno.test("writeRun() has a row for each key and each run, and the same when it writes again", async () => {
  await using folder = await tempFolder();
  const path = folder.file("results.db");

  await writeRun(path, ROWS, OPTIONS);
  const first = all(path, "SELECT * FROM results");
  await writeRun(path, ROWS, OPTIONS);

  assertEquals(all(path, "SELECT * FROM results"), first);
  const again = Object.keys(first[0]!).find((name) => AGAIN.test(name))!;
  assertEquals(first, [
    {
      denizen_key: '{"route":"/a","status":200}',
      denizen_run: "r1",
      route: "/a",
      status: 200,
      "ms.avg": 1.5,
      "ms.p95": 20,
      bytes: 2 ** 53 + 2,
      "tags.tier.Big": 1,
      [again]: 2,
    },
    {
      denizen_key: '{"route":"/a","status":"200"}',
      denizen_run: "r1",
      route: "/a",
      status: "200",
      "ms.avg": null,
      "ms.p95": null,
      bytes: String(BIG),
      "tags.tier.Big": null,
      [again]: null,
    },
  ]);
  assertEquals(
    all(path, "SELECT typeof(bytes) AS type FROM results"),
    [{ type: "integer" }, { type: "text" }],
  );
  assertEquals(
    all(path, "SELECT run, events, rejected, results FROM runs"),
    [{ run: "r1", events: 4, rejected: 1, results: 2 }],
  );
  assertEquals(await folder.names(), ["results.db"]);
});

Deno.test("writeRun() puts another run's rows in the place of those with the same key, and adds columns", async () => {
  await using folder = await tempFolder();
  const path = folder.file("results.db");
  const write = (run: string, records: RunRows["records"], fields: object) => {
    const kind = { keys: ["key"], fields };
    const rows = { run, figures: { events: 1 }, records, kind };
    return writeRun(path, rows, OPTIONS);
  };

  await write("r1", [{ key: "a", sum: 1, old: 5 }, { key: "b", sum: 2 }], {
    ...{ key: "", sum: 0, old: 0 },
  });
  await write("r2", [{ key: "a", sum: 3, max: 7 }, { key: "c", sum: 4 }], {
    ...{ key: "", sum: 0, max: 0 },
  });

  assertEquals(
    all(
      path,
      "SELECT key, sum, old, max, denizen_run AS run FROM results ORDER BY key",
    ),
    [
      { key: "a", sum: 3, old: null, max: 7, run: "r2" },
      { key: "b", sum: 2, old: null, max: null, run: "r1" },
      { key: "c", sum: 4, old: null, max: null, run: "r2" },
    ],
  );
  assertEquals(all(path, "SELECT run FROM runs ORDER BY run"), [
    { run: "r1" },
    { run: "r2" },
  ]);
});

Deno.test("writeRun() tells rows by window and key, and the group of all others from a key of that name", async () => {
  await using folder = await tempFolder();
  const path = folder.file("results.db");
  const kind: RunRows["kind"] = {
    keys: ["window_start", "route"],
    fields: { window_start: "", route: "", other: true, count: 0 },
    marks: ["other"],
  };
  const [first, second] = ["2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"];
  const rowsOf = (window_start: string, count: number) => [
    { window_start, route: "/a", count },
    { window_start, route: "other", count },
    { window_start, route: "other", other: true, count },
  ];
  const write = (run: string, records: RunRows["records"]) =>
    writeRun(path, { run, figures: {}, records, kind }, OPTIONS);

  await write("r1", [...rowsOf(first!, 1), ...rowsOf(second!, 1)]);
  await write("r2", rowsOf(second!, 2));

  checkDatabase(path, kind);
  assertEquals(
    all(
      path,
      "SELECT denizen_key, other, count FROM results ORDER BY count, rowid",
    ).map((row) => Object.values(row)),
    [
      [`{"window_start":"${first}","route":"/a"}`, null, 1],
      [`{"window_start":"${first}","route":"other"}`, null, 1],
      [`{"window_start":"${first}","route":"other","other":true}`, 1, 1],
      [`{"window_start":"${second}","route":"/a"}`, null, 2],
      [`{"window_start":"${second}","route":"other"}`, null, 2],
      [`{"window_start":"${second}","route":"other","other":true}`, 1, 2],
    ],
  );
});

Deno.test("writeRun() waits for a database that is locked, and writes nothing when it is ended", async () => {
  await using folder = await tempFolder();
  const path = folder.file("results.db");
  await writeRun(path, { ...ROWS, run: "r0", records: [] }, OPTIONS);
  using other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  const ended = new AbortController();

  const given = writeRun(path, { ...ROWS, run: "r1" }, {
    ...OPTIONS,
    signal: ended.signal,
  });
  const patient = writeRun(path, { ...ROWS, run: "r2" }, OPTIONS);
  checkDatabase(path, ROWS.kind);
  ended.abort();
  assertEquals((await assertRejects(() => given, Fault)).code, "cancelled");
  other.exec("ROLLBACK");
  // One that reads holds back what is to be committed.
  const reading = other.prepare("SELECT * FROM runs").iterate();
  reading.next();
  let isDone = false;
  const done = patient.then(() => isDone = true);
  await waitForWriter(path);
  assert(!isDone);
  for (const _ of reading);
  await done;

  assertEquals(all(path, "SELECT run FROM runs"), [{ run: "r0" }, {
    run: "r2",
  }]);
});

/** Waits until a writer has all but committed: nobody else may begin. */
async function waitForWriter(path: string): Promise<void> {
  using third = new DatabaseSync(path);
  await eventually("somebody writes", () => {
    try {
      third.exec("BEGIN IMMEDIATE; ROLLBACK");
      return false;
    } catch (error) {
      assertMatch(String(error), /locked/);
      return true;
    }
  });
}

Deno.test("writeRun() keeps nothing of a run that fails before it counts", async () => {
  await using folder = await tempFolder();
  const path = folder.file("results.db");
  await writeRun(path, { ...ROWS, run: "r0", records: [] }, OPTIONS);

  await assertRejects(
    () =>
      writeRun(path, ROWS, {
        ...OPTIONS,
        beforeCommit: () => Promise.reject(new Error("the rejects")),
      }),
    Error,
    "the rejects",
  );

  assertEquals(all(path, "SELECT * FROM results"), []);
  assertEquals(all(path, "SELECT run FROM runs"), [{ run: "r0" }]);
  assertEquals(await folder.names(), ["results.db"]);
});

const REFUSED: Record<
  string,
  [make: (path: string) => Promise<void> | void, says: RegExp]
> = {
  "no database": [
    (path) => Deno.writeTextFile(path, "no database ".repeat(100)),
    /^Cannot write the results to the database ".*": file is not a database; give another file$/,
  ],
  "a damaged database": [
    async (path) => {
      await writeRun(path, ROWS, OPTIONS);
      const bytes = await Deno.readFile(path);
      // The table of all tables begins after a head of 100 bytes.
      await Deno.writeFile(path, bytes.fill(0xff, 100, 4_096));
    },
    / is malformed; mend it, as by `sqlite3 FILE \.recover`, or give another file$/,
  ],
  "another program's table": [
    (path) => {
      using database = new DatabaseSync(path);
      database.exec("CREATE TABLE results (key, sum)");
    },
    /: its table "results" is of another program, for it has no column "denizen_key"; give another file$/,
  ],
  "results by no key, where these have one": [
    (path) => {
      const kind = { keys: [], fields: {} };
      return writeRun(path, { ...ROWS, kind }, OPTIONS);
    },
    /: it holds results by nothing, and these are by key; give another file$/,
  ],
  "results by other keys": [
    (path) => writeRun(path, ROWS, OPTIONS),
    /: it holds results by route, status, and these are by key; give another file$/,
  ],
};

for (const [name, [make, says]] of Object.entries(REFUSED)) {
  Deno.test(`checkDatabase() and writeRun() refuse ${name}, and leave it as it is`, async () => {
    await using folder = await tempFolder();
    const path = folder.file("results.db");
    await make(path);
    const before = await Deno.readFile(path);
    const kind = { keys: ["key"], fields: {} };

    const faults = await Promise.all([
      assertRejects(async () => await checkDatabase(path, kind), Fault),
      assertRejects(
        () => writeRun(path, { ...ROWS, kind, records: [] }, OPTIONS),
        Fault,
      ),
    ]);

    for (const { message } of faults) assertMatch(message, says);
    assertEquals(await Deno.readFile(path), before);
    assertEquals(await folder.names(), ["results.db"]);
  });
}

Deno.test("checkDatabase() takes a database with tables of others, and one of ours", async () => {
  await using folder = await tempFolder();
  const path = folder.file("results.db");
  using other = new DatabaseSync(path);
  other.exec("CREATE TABLE orders (id)");

  checkDatabase(path, ROWS.kind);
  await writeRun(path, ROWS, OPTIONS);
  checkDatabase(path, ROWS.kind);

  assertEquals(
    other.prepare("SELECT count(*) AS count FROM orders").get()!["count"],
    0,
  );
});
