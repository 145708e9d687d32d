import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { createRows } from "../../../stages/parse/rows.ts";
import { createScannedLines } from "../../../stages/parse/scanned_line.ts";
import { MISS } from "../../../stages/parse/found.ts";
import { builtInSchema } from "../../../stages/schema/schema.ts";
import { mulberry32 } from "../../../tasks/generate/generator.ts";
import {
  batchOf,
  compareLines,
  createPair,
} from "../../../tasks/soak/compare_lines.ts";
import {
  createLineMaker,
  damagesAt,
  INTERESTING_BYTES,
  LINE_FIELDS,
  LINE_TYPES,
} from "../../../tasks/soak/event_lines.ts";

Deno.test("createParse() makes of random lines what JSON.parse alone makes of them", async () => {
  const seed = Date.now() % 2 ** 32;

  const { lines, events, problems } = await compareLines({
    lines: 70_000,
    seed,
  });

  assertEquals(problems, []);
  // Neither all of them are events nor hardly any.
  assert(
    events > lines / 2 && events < lines * 0.9,
    `${events} (seed ${seed})`,
  );
});

/** Lines that are damaged at each byte. */
const LINES = [
  '{"ts":"2026-01-31T12:00:00.250Z","type":"click","user":"u1","value":42,"metadata":{"a":{"b":"x"}}}',
  ' { "value" : -105 , "metadata":{"region":true,"a":[1,null]},"user":"","type":"a b","ts":"2026-01-31t12:00:60+01:30" }\r',
  '{"x":{"value":1.5e-3,"y":["\\u00e4\\"",false]},"ts":"2024-02-29 00:00:00z","type":"work","user":"é","value":7,"work":{}}',
];

Deno.test("createParse() makes of a damaged line what JSON.parse alone makes of it", () => {
  const compare = createPair({
    schema: builtInSchema(LINE_TYPES),
    fields: LINE_FIELDS.at(-1)!,
  });
  const lineFeed = Buffer.from("\n");
  let damaged = 0;
  const usual = Buffer.from(LINES[0]!);
  for (const line of LINES.map((text) => Buffer.from(text))) {
    for (let at = 0; at < line.length; at++) {
      const parts: Uint8Array[] = [];
      for (const damage of damagesAt(line, at, INTERESTING_BYTES)) {
        // Between good ones each line is scanned, not only some of many bad ones.
        parts.push(damage, lineFeed, usual, lineFeed);
        damaged++;
      }

      const { problem } = compare(batchOf(parts));

      assertEquals(problem, undefined);
    }
  }
  assert(damaged > 30_000, `${damaged}`);
});

Deno.test("createParse() makes of a damaged line amid lines of its own shape what JSON.parse alone makes of it", () => {
  const fields = LINE_FIELDS.at(-1)!;
  const schema = builtInSchema(LINE_TYPES);
  const lineFeed = Buffer.from("\n");
  for (const line of LINES.slice(0, 2).map((text) => Buffer.from(text))) {
    for (let at = 0; at < line.length; at++) {
      // A new one each time: it has to learn the shape of this line.
      const compare = createPair({ schema, fields });
      const parts: Uint8Array[] = [line, lineFeed];
      for (const damage of damagesAt(line, at, INTERESTING_BYTES)) {
        parts.push(damage, lineFeed, line, lineFeed);
      }

      const { problem } = compare(batchOf(parts));

      assertEquals(problem, undefined);
    }
  }
});

Deno.test("the random lines are of both kinds: usual ones and others", () => {
  const maker = createLineMaker(mulberry32(1));
  const options = { schema: builtInSchema(LINE_TYPES), fields: [] };
  const addScanned = createScannedLines(options);
  const count = 1_000;
  const usual = (wildness: number) => {
    const rows = createRows(count, options);
    return Array.from({ length: count }, () => maker.next(wildness))
      .filter((line) =>
        addScanned(rows, Buffer.concat([line, Buffer.from("\n")]), 0) !== MISS
      ).length;
  };

  const counts = [0, 0.02, 0.2].map(usual);

  assert(counts[0]! > count * 0.95, `${counts}`);
  assert(counts[1]! > count / 2 && counts[1]! < count, `${counts}`);
  assert(counts[2]! > count / 50 && counts[2]! < count / 2, `${counts}`);
});
