import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { START } from "../../../proto/pipeline/batches.ts";
import { eachLine } from "../../../stages/parse/each_line.ts";
import { createParse } from "../../../stages/parse/parse.ts";
import { anyText } from "../../support/arbitraries.ts";
import { rawBatch } from "../../support/raw_batch.ts";
import { customSchema } from "../../support/schemas.ts";

const SCHEMA = customSchema(["route"], { ms: {}, bytes: { as: "integer" } }, {
  time: { path: ["time"], format: "epoch_ms", required: true },
  windows: { sizeMs: 60_000, offsetMs: 0, allowedLatenessMs: 0 },
});
const FIELDS = [{ path: ["user"], isTime: false }];

Deno.test("eachLine() makes events of what lines hold, and rejects of the others, in place", async () => {
  const parse = await eachLine((line) => {
    const [time, route, ms, bytes, user] = line.split(" ");
    if (ms === undefined) return `not five words, "${line}"`;
    return {
      time: Number(time),
      route,
      ms: Number(ms),
      bytes: BigInt(bytes!),
      user,
    };
  });
  const lines = "1 /a 1.5 12345678901234567890 ann\r\n\n" +
    "nothing\r\n2 /b 2 7 bob\n3 /a x 1\n\xff\n4 /c 4 8";
  const begin = { event: 10, offset: 100, line: 5 };
  const bytes = Uint8Array.from(lines, (char) => char.charCodeAt(0));

  const { rejects, ...batch } = parse({ schema: SCHEMA, fields: FIELDS })({
    ...rawBatch(bytes, begin),
    end: { event: 16, offset: 100 + bytes.length, line: 11 },
  });

  assertEquals(batch.rows, 3);
  assertEquals(batch.keys, [{
    dictionary: ["null", '"/a"', '"/b"', '"/c"'],
    index: Uint32Array.of(1, 2, 3),
  }]);
  assertEquals(batch.values[0]?.value, Float64Array.of(1.5, 2, 4));
  assertEquals(batch.values[1]?.exact, [
    { row: 0, decimal: "12345678901234567890" },
  ]);
  assertEquals(batch.columns, [{
    dictionary: ["null", '"ann"', '"bob"'],
    index: Uint32Array.of(1, 2, 0),
  }]);
  assertEquals(batch.timeMs, Float64Array.of(1, 2, 4));
  assertEquals(batch.line, Uint32Array.of(1, 4, 7));
  assertEquals(
    rejects.map(({ line, offset, reason }) => [line, offset, reason]),
    [
      [8, 136, 'not five words, "nothing"'],
      [10, 158, "ms is not a number"],
      [11, 167, "not valid UTF-8"],
    ],
  );
});

Deno.test("eachLine() of JSON is what the parse stage is", async () => {
  const ours = createParse({ schema: SCHEMA, fields: FIELDS });
  const parse = await eachLine((line) => JSON.parse(line));
  const theirs = parse({ schema: SCHEMA, fields: FIELDS });
  const field = fc.oneof(
    anyText(),
    fc.double({ noNaN: true }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.dictionary(fc.constantFrom("a", "b"), fc.integer()),
  );
  const event = fc.record({
    time: fc.oneof({ weight: 5, arbitrary: fc.integer() }, field),
    route: field,
    ms: fc.oneof({ weight: 5, arbitrary: fc.double() }, field),
    bytes: fc.oneof({ weight: 5, arbitrary: fc.maxSafeInteger() }, field),
    user: field,
  }, { requiredKeys: ["time"] });

  fc.assert(fc.property(fc.array(event, { maxLength: 8 }), (events) => {
    const batch = rawBatch(
      events.map((each) => `${JSON.stringify(each)}\n`).join(""),
    );

    assertEquals(theirs(batch), ours(batch));
  }));
});

Deno.test("eachLine() lets what an author's function throws end the run", async () => {
  const parse = await eachLine(() => {
    throw new RangeError("a defect");
  });

  assertThrows(
    () => parse({ schema: SCHEMA, fields: [] })(rawBatch("a line\n", START)),
    RangeError,
    "a defect",
  );
});
