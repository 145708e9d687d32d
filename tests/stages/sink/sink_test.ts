import { assertEquals, assertRejects } from "@std/assert";
import type { Kept, Reject } from "../../../proto/pipeline/batches.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { builtInSchema } from "../../../stages/schema/schema.ts";
import { rejectLine, toRecord } from "../../../stages/sink/results.ts";
import {
  openSink,
  partialPath,
  readWritten,
  removePartials,
  type SinkPaths,
} from "../../../stages/sink/sink.ts";
import { toBytes } from "../../support/raw_batch.ts";

const EVENTS = { schema: builtInSchema(["a", "b"]), tags: [] };
const RESULTS = ["a", "b"].map((key) => ({
  key: [JSON.stringify(key)],
  count: 1,
  values: [{ count: 1, sum: "1", min: "1", max: "1", avg: 1, percentiles: [] }],
  tags: [],
}));
const TOTALS = { events: 4, rejected: 2, filtered: 0 };
const REJECTS: Reject[] = [1, 2].map((line) => ({
  line,
  offset: line * 10,
  stage: "parse",
  reason: "not valid JSON",
  text: toBytes("ü"),
  length: 2,
}));

/** What is written of them. */
const LINES = REJECTS.map((each) => rejectLine(each)).join("");
const RESULT_LINES = RESULTS.map((each) =>
  `${JSON.stringify(toRecord(each, EVENTS.schema))}\n`
)
  .join("");

/** A folder for one test, which is removed at its end. */
async function makeFolder() {
  const path = await Deno.makeTempDir();
  const paths: SinkPaths = {
    output: `${path}/results.ndjson`,
    rejects: `${path}/rejects.ndjson`,
    run: "r1",
  };
  return {
    paths,
    /** The files that are there, with what they hold. */
    async files(): Promise<Record<string, string>> {
      const files: Record<string, string> = {};
      for await (const { name } of Deno.readDir(path)) {
        files[name] = await Deno.readTextFile(`${path}/${name}`);
      }
      return files;
    },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

Deno.test("openSink() writes under another name until commit()", async () => {
  await using folder = await makeFolder();

  using sink = await openSink(folder.paths, EVENTS);
  await sink.writeRejects(REJECTS);
  const before = await folder.files();
  for (const each of RESULTS) sink.takeResults([each]);
  await sink.commit(TOTALS);
  const after = await folder.files();

  assertEquals(before, { "rejects.ndjson.r1.partial": LINES });
  assertEquals(after, {
    "rejects.ndjson": LINES,
    "results.ndjson": RESULT_LINES,
  });
  assertEquals(sink.bytes, toBytes(LINES + RESULT_LINES).length);
});

Deno.test("openSink() leaves the files of the run before alone until commit()", async () => {
  await using folder = await makeFolder();
  await Deno.writeTextFile(folder.paths.output, "old results");
  await Deno.writeTextFile(folder.paths.rejects, "old rejects");
  {
    using sink = await openSink(folder.paths, EVENTS);
    await sink.writeRejects(REJECTS);
  }

  assertEquals(await folder.files(), {
    "results.ndjson": "old results",
    "rejects.ndjson": "old rejects",
    "rejects.ndjson.r1.partial": LINES,
  });
});

Deno.test("openSink() starts anew where a killed run left something", async () => {
  await using folder = await makeFolder();
  await Deno.writeTextFile(
    partialPath(folder.paths.output, "r1"),
    "x".repeat(999),
  );
  await Deno.writeTextFile(
    partialPath(folder.paths.rejects, "r1"),
    "x".repeat(999),
  );

  using sink = await openSink(folder.paths, EVENTS);
  await sink.commit(TOTALS);

  assertEquals(await folder.files(), {
    "results.ndjson": "",
    "rejects.ndjson": "",
  });
});

Deno.test("keepRejects() puts the rejects in place and no results", async () => {
  await using folder = await makeFolder();
  {
    using sink = await openSink(folder.paths, EVENTS);
    await sink.writeRejects(REJECTS);
    await sink.keepRejects();
  }

  assertEquals(await folder.files(), {
    "rejects.ndjson": LINES,
  });
});

Deno.test("commit() puts the results in place last", async () => {
  for (const blocked of ["output", "rejects"] as const) {
    await using folder = await makeFolder();
    const path = folder.paths[blocked];
    await Deno.mkdir(`${path}/full`, { recursive: true });
    {
      using sink = await openSink(folder.paths, EVENTS);
      await sink.writeRejects(REJECTS);
      sink.takeResults(RESULTS);
      await assertRejects(() => sink.commit(TOTALS), Error);
    }

    await Deno.remove(path, { recursive: true });
    assertEquals(await folder.files(), {
      [blocked === "rejects" ? "rejects.ndjson.r1.partial" : "rejects.ndjson"]:
        LINES,
      "results.ndjson.r1.partial": RESULT_LINES,
    });
  }
});

Deno.test("readWritten() reads the first of what was written, and counts all, whatever the format", async () => {
  for (const format of ["ndjson", "csv"] as const) {
    await using folder = await makeFolder();
    const paths = { ...folder.paths, writing: { format } };
    using sink = await openSink(paths, EVENTS);
    // Lines longer than what is read at once, which ends within a character.
    const results = Array.from({ length: 9 }, (_, at) => ({
      ...RESULTS[0]!,
      key: [JSON.stringify("x".repeat(at) + "💥".repeat(99_999 * (at % 2)))],
    }));
    sink.takeResults(results);
    await sink.commit(TOTALS);

    const all = results.map((each) => toRecord(each, EVENTS.schema));
    assertEquals(await readWritten(paths), { records: all, count: 9 });
    assertEquals(await readWritten(paths, 2), {
      records: all.slice(0, 2),
      count: 9,
    });
    assertEquals(await readWritten(paths, 0), { records: [], count: 9 });
  }
});

Deno.test("removePartials() removes what is not in place, and nothing else", async () => {
  await using folder = await makeFolder();
  await Deno.writeTextFile(folder.paths.output, "results");
  await Deno.writeTextFile(folder.paths.rejects, "rejects");
  await Deno.writeTextFile(partialPath(folder.paths.output, "r1"), "x");
  await Deno.writeTextFile(partialPath(folder.paths.rejects, "r1"), "x");

  await removePartials(folder.paths);
  await removePartials(folder.paths);

  assertEquals(await folder.files(), {
    "results.ndjson": "results",
    "rejects.ndjson": "rejects",
  });
});

/** A sink that has kept one reject, written one more, and died. */
async function diedAfterKeep(paths: SinkPaths): Promise<Kept> {
  using sink = await openSink(paths, EVENTS);
  await sink.writeRejects(REJECTS.slice(0, 1));
  const kept = await sink.keep();
  await sink.writeRejects(REJECTS.slice(1));
  return kept;
}

Deno.test("keep() tells the bytes that are safe, and which file they are in", async () => {
  await using folder = await makeFolder();
  using sink = await openSink(folder.paths, EVENTS);

  const nothing = await sink.keep();
  await sink.writeRejects(REJECTS);
  const both = await sink.keep();
  const { dev, ino } = await Deno.stat(partialPath(folder.paths.rejects, "r1"));

  const file = `${dev}:${ino}`;
  assertEquals([nothing, both, await sink.keep()], [
    { bytes: 0, file },
    { bytes: toBytes(LINES).length, file },
    { bytes: toBytes(LINES).length, file },
  ]);
});

Deno.test("openSink() goes on with what is kept, and drops what came after", async () => {
  await using folder = await makeFolder();
  const kept = await diedAfterKeep(folder.paths);
  assertEquals(await folder.files(), { "rejects.ndjson.r1.partial": LINES });

  using sink = await openSink(folder.paths, EVENTS, kept);
  assertEquals(await folder.files(), {
    "rejects.ndjson.r1.partial": rejectLine(REJECTS[0]!),
  });
  await sink.writeRejects(REJECTS.slice(1));
  assertEquals((await sink.keep()).bytes, toBytes(LINES).length);
  for (const each of RESULTS) sink.takeResults([each]);
  await sink.commit(TOTALS);

  assertEquals(await folder.files(), {
    "rejects.ndjson": LINES,
    "results.ndjson": RESULT_LINES,
  });
});

Deno.test("openSink() takes back rejects that were in place before the results", async () => {
  await using folder = await makeFolder();
  await Deno.writeTextFile(folder.paths.output, "old results");
  let kept: Kept;
  {
    using sink = await openSink(folder.paths, EVENTS);
    await sink.writeRejects(REJECTS.slice(0, 1));
    kept = await sink.keep();
    await sink.writeRejects(REJECTS.slice(1));
    await sink.keepRejects();
  }

  using sink = await openSink(folder.paths, EVENTS, kept);
  assertEquals(await folder.files(), {
    "results.ndjson": "old results",
    "rejects.ndjson.r1.partial": rejectLine(REJECTS[0]!),
  });
  await sink.writeRejects(REJECTS.slice(1));
  for (const each of RESULTS) sink.takeResults([each]);
  await sink.commit(TOTALS);

  assertEquals(await folder.files(), {
    "rejects.ndjson": LINES,
    "results.ndjson": RESULT_LINES,
  });
});

Deno.test("openSink() leaves the rejects of the run before in place", async () => {
  await using folder = await makeFolder();
  const kept = await diedAfterKeep(folder.paths);
  await Deno.writeTextFile(folder.paths.rejects, "old rejects".repeat(99));

  using _sink = await openSink(folder.paths, EVENTS, kept);

  assertEquals(await folder.files(), {
    "rejects.ndjson": "old rejects".repeat(99),
    "rejects.ndjson.r1.partial": rejectLine(REJECTS[0]!),
  });
});

/** What can have become of the rejects that were kept. */
const LOST: Record<string, (paths: SinkPaths) => Promise<void>> = {
  "that is gone": ({ rejects }) => Deno.remove(partialPath(rejects, "r1")),
  "that was cut": ({ rejects }) => Deno.truncate(partialPath(rejects, "r1"), 5),
  "that another file stands for": async ({ rejects }) => {
    // Beside the old one, or it may get the same number.
    await Deno.writeTextFile(`${rejects}.other`, LINES);
    await Deno.rename(`${rejects}.other`, partialPath(rejects, "r1"));
  },
};

for (const [what, lose] of Object.entries(LOST)) {
  Deno.test(`openSink() refuses to go on with a file ${what}, and leaves all as it is`, async () => {
    await using folder = await makeFolder();
    const kept = await diedAfterKeep(folder.paths);
    await Deno.writeTextFile(folder.paths.rejects, "old rejects".repeat(99));
    await lose(folder.paths);
    const before = await folder.files();

    const fault = await assertRejects(
      () => openSink(folder.paths, EVENTS, kept),
      Fault,
    );

    assertEquals(fault.code, "failed_precondition");
    assertEquals(
      fault.message,
      `Cannot go on with "${
        partialPath(folder.paths.rejects, "r1")
      }": it is not the file of this run, of ${kept.bytes} bytes or more`,
    );
    assertEquals(await folder.files(), before);
  });
}

Deno.test("openSink() goes on with any file where the system cannot tell them apart", async () => {
  await using folder = await makeFolder();
  const { bytes } = await diedAfterKeep(folder.paths);

  using _sink = await openSink(folder.paths, EVENTS, { bytes, file: "" });

  assertEquals(await folder.files(), {
    "rejects.ndjson.r1.partial": rejectLine(REJECTS[0]!),
  });
});

Deno.test("openSink() goes on with nothing where nothing was kept", async () => {
  for (const left of [undefined, "of another run"]) {
    await using folder = await makeFolder();
    if (left) {
      await Deno.writeTextFile(partialPath(folder.paths.rejects, "r1"), left);
    }

    using sink = await openSink(folder.paths, EVENTS, {
      bytes: 0,
      file: "1:2",
    });
    await sink.writeRejects(REJECTS);

    assertEquals(await folder.files(), { "rejects.ndjson.r1.partial": LINES });
  }
});

Deno.test("openSink() says that a folder is not there", async () => {
  await using folder = await makeFolder();

  await assertRejects(
    () =>
      openSink(
        { ...folder.paths, rejects: "/nowhere/rejects.ndjson" },
        EVENTS,
      ),
    Deno.errors.NotFound,
  );
});
