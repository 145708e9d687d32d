/**
 * Holds the hand-written coders against those of protobufjs, which know the
 * messages from the contract alone.
 */

import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import protobuf from "protobufjs";
import {
  type EventBatch,
  type RawBatch,
  START,
} from "../../../proto/pipeline/batches.ts";
import {
  decodeEventBatch,
  decodeRawBatch,
  encodeEventBatch,
  encodeRawBatch,
} from "../../../proto/pipeline/codec.ts";
import PIPELINE_PROTO from "../../../proto/pipeline/v1/pipeline.proto" with {
  type: "text",
};
import { anyText } from "../../support/arbitraries.ts";
import { toLater } from "../../support/later_contract.ts";

/** A batch as plain arrays and objects, as protobufjs takes and gives it. */
type Plain = Record<string, unknown>;

interface Coder<Batch> {
  message: string;
  batches: fc.Arbitrary<Batch>;
  encode(batch: Batch): Uint8Array;
  decode(bytes: Uint8Array): Batch;
  toPlain(batch: Batch): Plain;
}

const count = fc.maxSafeNat();
const row = fc.nat(0xffff_ffff);
const words = anyText();
const doubles = fc.float64Array();
/** Columns whose numbers take one byte, up to three, and up to five. */
const indexes = fc.oneof(
  fc.uint32Array({ max: 0x7f }),
  fc.uint32Array({ max: 20_000 }),
  fc.uint32Array(),
);
const ms = fc.double({ min: 1, noNaN: true });
const column = fc.record({ dictionary: fc.array(words), index: indexes });
const position = fc.record({ event: count, offset: count, line: count });
const kept = fc.record({ kept: fc.record({ bytes: count, file: words }) });
const lane = fc.record({
  lane: fc.record({ opening: words, index: row, count: row }),
});
const path = fc.array(words);
const flag = fc.boolean();
const windows = fc.tuple(
  fc.record({ sizeMs: ms, offsetMs: ms }),
  fc.option(fc.record({ allowedLatenessMs: ms })),
).map((parts) => Object.assign({}, ...parts));
const schema = fc.record({
  time: fc.option(fc.record({ path, format: words, required: flag })),
  keys: fc.array(
    fc.record({ name: words, path, oneOf: path, required: flag }),
  ),
  values: fc.array(
    fc.record({ name: words, path, as: words, of: path, required: flag }),
  ),
  required: fc.array(fc.record({ path, as: words })),
  maxGroups: count,
  other: flag,
  builtIn: flag,
  windows: fc.option(windows),
});
const opening = fc.tuple(
  fc.record({
    run: words,
    windowBatches: row,
    windowBytes: count,
    schema,
    tags: fc.array(fc.record({ name: words, values: fc.array(words) })),
    protocol: row,
    next: fc.array(fc.record({ addresses: fc.array(words) })),
  }),
  fc.option(kept),
  fc.option(lane),
).map(([opening, kept, lane]) => ({ ...opening, ...kept, ...lane }));
const sync = fc.constant({ sync: true });
const times = fc.record({ firstMs: ms, lastMs: ms });
const reject = fc.record({
  line: count,
  offset: count,
  stage: words,
  reason: words,
  text: fc.uint8Array(),
  length: count,
});

const RAW: Coder<RawBatch> = {
  message: "RawBatch",
  batches: fc.tuple(
    fc.record({
      begin: position,
      end: position,
      linesOffset: count,
      lines: fc.uint8Array({ maxLength: 300 }),
    }),
    fc.option(fc.record({ opening })),
    fc.option(fc.record({ oversized: reject })),
    fc.option(sync),
    fc.option(times),
  ).map((parts) => Object.assign({}, ...parts)),
  encode: encodeRawBatch,
  decode: decodeRawBatch,
  toPlain: (batch) => ({ oversized: null, ...plainBatch(batch) }),
};

const EVENTS: Coder<EventBatch> = {
  message: "EventBatch",
  batches: fc.tuple(
    fc.record({
      begin: position,
      end: position,
      rows: row,
      keys: fc.array(column),
      values: fc.array(
        fc.record({
          value: doubles,
          exact: fc.array(fc.record({ row, decimal: words })),
        }),
      ),
      columns: fc.array(column),
      tags: fc.array(fc.uint8Array()),
      work: fc.array(fc.record({
        row,
        size: row,
        vectors: doubles,
        matrix: doubles,
        iterations: row,
      })),
      scoreRow: indexes,
      score: doubles,
      filtered: count,
      rejects: fc.array(reject),
    }),
    fc.option(fc.record({ opening })),
    fc.option(sync),
    fc.option(times),
    fc.option(fc.record({ fractionsCut: fc.integer({ min: 1 }) })),
    fc.option(fc.record({ timeMs: fc.float64Array({ minLength: 1 }) })),
    fc.option(fc.record({
      line: fc.uint32Array({ minLength: 1 }),
      lineOffset: fc.uint32Array({ minLength: 1 }),
    })),
  ).map((parts) => Object.assign({}, ...parts)),
  encode: encodeEventBatch,
  decode: decodeEventBatch,
  toPlain: ({ tags, ...batch }) => ({
    ...{ timeMs: [], line: [], lineOffset: [] },
    ...plainBatch(batch),
    tags: tags.map((values) => ({ value: [...values] })),
  }),
};

const EMPTY: EventBatch = {
  begin: START,
  end: START,
  rows: 0,
  keys: [],
  values: [],
  columns: [],
  tags: [],
  work: [],
  scoreRow: new Uint32Array(),
  score: new Float64Array(),
  filtered: 0,
  rejects: [],
};

holdAgainstProtobufjs(RAW);
holdAgainstProtobufjs(EVENTS);

function holdAgainstProtobufjs<Batch>(coder: Coder<Batch>): void {
  const { message, batches, encode, decode, toPlain } = coder;
  const type = lookup(PIPELINE_PROTO, message);

  Deno.test(`encode${message}() writes what protobufjs reads`, () => {
    fc.assert(fc.property(batches, (batch) => {
      const read = type.toObject(type.decode(encode(batch)), {
        defaults: true,
        longs: Number,
        bytes: Array,
      });

      assertEquals(read, toPlain(batch));
    }));
  });

  Deno.test(`decode${message}() reads what protobufjs writes`, () => {
    fc.assert(fc.property(batches, (batch) => {
      const written = type.encode(type.fromObject(toPlain(batch))).finish();

      assertEquals(toPlain(decode(written)), toPlain(batch));
    }));
  });

  Deno.test(`decode${message}() skips fields it does not know`, () => {
    const later = toLater(PIPELINE_PROTO, `pipeline.v1.${message}`);

    fc.assert(fc.property(batches, (batch) => {
      const written = type.encode(type.fromObject(toPlain(batch))).finish();

      assertEquals(toPlain(decode(later(written))), toPlain(batch));
    }));
  });

  Deno.test(`decode${message}() throws on bytes that were cut`, () => {
    fc.assert(
      fc.property(batches, fc.nat(), (batch, seed) => {
        const written = encode(batch);
        const length = seed % written.length;
        // What is cut between two fields is a message too.
        fc.pre(!fieldStarts(written).has(length));

        assertThrows(() => decode(written.subarray(0, length)));
      }),
      { numRuns: 1_000 },
    );
  });
}

Deno.test("decodeEventBatch() throws on a column that is not packed", () => {
  const type = lookup(
    PIPELINE_PROTO.replace(
      "repeated uint32 score_row = 10;",
      "repeated uint32 score_row = 10 [packed = false];",
    ),
    "EventBatch",
  );
  const written = type.encode(type.fromObject({ scoreRow: [1, 2] })).finish();

  assertThrows(
    () => decodeEventBatch(written),
    Error,
    "Cannot read field 10: its wire type is 0",
  );
});

Deno.test("encodeEventBatch() writes columns of any length, one after the other", () => {
  // Around the lengths at which a length takes one byte more, and beyond the
  // memory that an encoder begins with.
  for (
    const length of [0, 1, 16, 17, 64, 65, 127, 128, 16_383, 16_384, 70_000]
  ) {
    const batch = {
      ...EMPTY,
      rows: length,
      keys: [{ dictionary: [], index: new Uint32Array(length).fill(1) }],
      values: [{
        value: Float64Array.from({ length }, (_, row) => row / 3),
        exact: [],
      }],
      columns: [{
        dictionary: ["null", "x".repeat(length)],
        index: Uint32Array.from({ length }, (_, row) => row),
      }],
      tags: [new Uint8Array(length).fill(200)],
    };

    assertEquals(decodeEventBatch(encodeEventBatch(batch)), batch);
  }
});

Deno.test("an encoder that throws leaves nothing for the next message", () => {
  const broken = { ...EMPTY, tags: [new Uint8Array(3), undefined!] };

  assertThrows(() => encodeEventBatch(broken), TypeError);

  assertEquals(decodeEventBatch(encodeEventBatch(EMPTY)), EMPTY);
});

Deno.test("decodeRawBatch() reads a batch from plain bytes as from a Buffer", () => {
  const batch = {
    begin: { event: 1, offset: 2, line: 3 },
    end: { event: 2 ** 53 - 1, offset: 2 ** 32, line: 2 ** 31 },
    linesOffset: 2,
    lines: new TextEncoder().encode("{}\n"),
  };

  const read = decodeRawBatch(new Uint8Array(encodeRawBatch(batch)));

  assertEquals(plain(read), plain(batch));
});

function lookup(proto: string, message: string): protobuf.Type {
  const { root } = protobuf.parse(proto, new protobuf.Root());
  // Only a resolved root packs what proto3 packs.
  return root.resolveAll().lookupType(`pipeline.v1.${message}`);
}

/** A batch with what protobufjs gives for the fields that it may lack. */
function plainBatch(batch: Pick<RawBatch, "opening" | "sync">): Plain {
  const { opening, ...rest } = batch;
  return {
    opening: opening ? { kept: null, lane: null, ...plain(opening) } : null,
    sync: false,
    ...plain(rest),
  };
}

/** Copies `value`, typed arrays as plain arrays. */
function plain(value: object): Plain {
  return Object.fromEntries(
    Object.entries(value)
      // Which of a `oneof` is there, as the general coder says it.
      .filter(([name]) => !name.startsWith("_"))
      .map(([name, field]) => [name, plainField(field)]),
  );
}

function plainField(field: unknown): unknown {
  if (Array.isArray(field)) return field.map(plainField);
  if (ArrayBuffer.isView(field)) {
    return Array.from(field as Uint8Array | Float64Array);
  }
  return typeof field === "object" && field ? plain(field) : field;
}

/** Where the fields of a message begin. */
function fieldStarts(bytes: Uint8Array): Set<number> {
  const reader = protobuf.Reader.create(bytes);
  const starts = new Set<number>();
  while (reader.pos < reader.len) {
    starts.add(reader.pos);
    reader.skipType(reader.uint32() & 7);
  }
  return starts;
}
