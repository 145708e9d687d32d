import { assertEquals, assertRejects } from "@std/assert";
import type { Reject } from "../../proto/pipeline/batches.ts";
import type { Result } from "../../stages/aggregate.ts";
import { rejectLine, resultLines } from "../../stages/results.ts";
import { openSink, partialPath, type SinkPaths } from "../../stages/sink.ts";
import { toBytes } from "./raw_batch.ts";

const RESULTS: Result[] = [
  { key: "a", count: 1, sum: "1", min: "1", max: "1", avg: 1, tags: [] },
];
const REJECTS: Reject[] = [1, 2].map((line) => ({
  line,
  offset: line * 10,
  stage: "parse",
  reason: "not valid JSON",
  text: toBytes("ü"),
  length: 2,
}));

/** A folder for one test, which is removed at its end. */
async function makeFolder() {
  const path = await Deno.makeTempDir();
  const paths: SinkPaths = {
    output: `${path}/results.ndjson`,
    rejects: `${path}/rejects.ndjson`,
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

  await using sink = await openSink(folder.paths);
  await sink.writeRejects(REJECTS);
  const before = await folder.files();
  await sink.commit(RESULTS);
  const after = await folder.files();

  const rejects = REJECTS.map(rejectLine).join("");
  assertEquals(before, { "rejects.ndjson.partial": rejects });
  assertEquals(after, {
    "rejects.ndjson": rejects,
    "results.ndjson": resultLines(RESULTS),
  });
  assertEquals(sink.bytes, toBytes(rejects + resultLines(RESULTS)).length);
});

Deno.test("openSink() leaves the files of the run before alone until commit()", async () => {
  await using folder = await makeFolder();
  await Deno.writeTextFile(folder.paths.output, "old results");
  await Deno.writeTextFile(folder.paths.rejects, "old rejects");
  {
    await using sink = await openSink(folder.paths);
    await sink.writeRejects(REJECTS);
  }

  assertEquals(await folder.files(), {
    "results.ndjson": "old results",
    "rejects.ndjson": "old rejects",
  });
});

Deno.test("openSink() starts anew where a killed run left something", async () => {
  await using folder = await makeFolder();
  await Deno.writeTextFile(partialPath(folder.paths.output), "x".repeat(999));
  await Deno.writeTextFile(partialPath(folder.paths.rejects), "x".repeat(999));

  await using sink = await openSink(folder.paths);
  await sink.commit([]);

  assertEquals(await folder.files(), {
    "results.ndjson": "",
    "rejects.ndjson": "",
  });
});

Deno.test("keepRejects() puts the rejects in place and no results", async () => {
  await using folder = await makeFolder();
  {
    await using sink = await openSink(folder.paths);
    await sink.writeRejects(REJECTS);
    await sink.keepRejects();
  }

  assertEquals(await folder.files(), {
    "rejects.ndjson": REJECTS.map(rejectLine).join(""),
  });
});

Deno.test("commit() leaves nothing half-made where the results cannot be put in place", async () => {
  await using folder = await makeFolder();
  await Deno.mkdir(`${folder.paths.output}/full`, { recursive: true });
  {
    await using sink = await openSink(folder.paths);
    await assertRejects(() => sink.commit(RESULTS), Error);
  }

  await Deno.remove(folder.paths.output, { recursive: true });
  assertEquals(Object.keys(await folder.files()), ["rejects.ndjson"]);
});

Deno.test("commit() puts the results in place last", async () => {
  await using folder = await makeFolder();
  await Deno.mkdir(`${folder.paths.rejects}/full`, { recursive: true });
  {
    await using sink = await openSink(folder.paths);
    await assertRejects(() => sink.commit(RESULTS), Error);
  }

  await Deno.remove(folder.paths.rejects, { recursive: true });
  assertEquals(await folder.files(), {});
});

Deno.test("openSink() says that a folder is not there", async () => {
  await using folder = await makeFolder();

  await assertRejects(
    () => openSink({ ...folder.paths, rejects: "/nowhere/rejects.ndjson" }),
    Deno.errors.NotFound,
  );
});
