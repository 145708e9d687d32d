import { assertEquals, assertRejects } from "@std/assert";
import type { Reject } from "../../../proto/pipeline/batches.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { openOriginalPlaces } from "../../../stages/sink/original_places.ts";
import { toBytes } from "../../support/raw_batch.ts";
import { tempFolder } from "../../support/temp_folder.ts";

/** What a run has refused before; the third was cut, the next not UTF-8. */
const RECORDS = [
  { line: 7, offset: 70, text: "a\nb", file: "x.log" },
  { line: 9, offset: 95, text: "\ufeffc" },
  { line: 11, offset: 120, text: '{"a', truncated: true, length: 5_000 },
  { line: 12, offset: 200, text: '"\ufffd"', lossy: true },
  { line: 13, offset: 210, text: '"mended"', lossy: true },
].map((each) => ({ stage: "parse", reason: "no", ...each }));

/** The same lines as a replay refuses them, in their order. */
const REJECTS: Reject[] = ["a b", "c", "!", "!", '"mended"'].map((
  text,
  at,
) => ({
  line: at + 1,
  offset: at * 4,
  stage: "rules",
  reason: "again",
  text: toBytes(text),
  length: text.length,
}));

async function placesIn(path: string, records: readonly object[]) {
  const lines = records.map((each) => `${JSON.stringify(each)}\n`);
  await Deno.writeTextFile(path, lines.join("\n"));
  return await openOriginalPlaces(path);
}

Deno.test("openOriginalPlaces() tells where each line stood, in any order", async () => {
  await using folder = await tempFolder();
  using places = await placesIn(folder.file("r.ndjson"), RECORDS);
  const [first, second, third, fourth, fifth] = REJECTS;

  const inOrder = await places.of([first!]);
  inOrder.push(...await places.of(REJECTS.slice(1)));
  const again = await places.of([first!]);

  assertEquals(inOrder, [
    { reject: first!, place: { line: 7, offset: 70, file: "x.log" } },
    { reject: second!, place: { line: 9, offset: 95 } },
    {
      reject: {
        ...third!,
        stage: "ingest",
        reason: "cannot be replayed: the rejects file has only the start of it",
        text: toBytes('{"a'),
        length: 5_000,
      },
      place: { line: 11, offset: 120 },
    },
    {
      reject: {
        ...fourth!,
        stage: "ingest",
        reason:
          "cannot be replayed: the rejects file has not all of its bytes; mend its text by hand",
        text: toBytes('"\ufffd"'),
        length: 5,
      },
      place: { line: 12, offset: 200, lossy: true },
    },
    { reject: fifth!, place: { line: 13, offset: 210, lossy: true } },
  ]);
  assertEquals(again, inOrder.slice(0, 1));
});

const CHANGED: Record<string, object[]> = {
  "is shorter": RECORDS.slice(0, 2),
  "has other lines": RECORDS.toReversed(),
};

for (const [name, records] of Object.entries(CHANGED)) {
  Deno.test(`openOriginalPlaces() refuses a file that ${name} than what was read`, async () => {
    await using folder = await tempFolder();
    const path = folder.file("r.ndjson");
    using places = await placesIn(path, records);

    const fault = await assertRejects(() => places.of(REJECTS), Fault);

    assertEquals(
      fault.message,
      `Cannot go on with the replay of "${path}": it is not what it was; start the run over, on a file that stays as it is`,
    );
  });
}
