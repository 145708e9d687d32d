import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createGoawayFilter } from "../../../runtime/rpc/goaway_shield.ts";

const GOAWAY = 0x7;
const PREFACE = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

interface Frame {
  type: number;
  flags: number;
  stream: number;
  payload: Uint8Array;
}

const frames = fc.array(fc.record<Frame>({
  type: fc.oneof(fc.constant(GOAWAY), fc.nat(0xff)),
  flags: fc.nat(0xff),
  stream: fc.nat(0x7fff_ffff),
  payload: fc.uint8Array({ maxLength: 400 }),
}));

Deno.test("createGoawayFilter() drops the GOAWAY frames, however the bytes are cut", () => {
  fc.assert(fc.property(
    frames,
    fc.infiniteStream(fc.integer({ min: 1, max: 300 })),
    (sent, lengths) => {
      const filter = createGoawayFilter();

      const received = cut(write(sent), lengths).flatMap(filter);

      const kept = sent.filter(({ type }) => type !== GOAWAY);
      assertEquals(concat(received), write(kept));
    },
  ));
});

Deno.test("createGoawayFilter() drops a GOAWAY frame that comes byte by byte", () => {
  const goaway = {
    type: GOAWAY,
    flags: 0,
    stream: 0,
    payload: new Uint8Array(8),
  };
  const data = { type: 0, flags: 1, stream: 3, payload: PREFACE };
  const filter = createGoawayFilter();

  const received = [...write([data, goaway, data])]
    .flatMap((byte) => filter(Uint8Array.of(byte)));

  assertEquals(concat(received), write([data, data]));
});

Deno.test("createGoawayFilter() passes on a frame before it is complete", () => {
  const filter = createGoawayFilter();
  const bytes = write([
    { type: 0, flags: 0, stream: 1, payload: new Uint8Array(100) },
  ]);

  const received = filter(bytes.subarray(0, 50));

  assertEquals(concat(received), bytes.subarray(0, 50));
});

/** Writes what a client sends: the preface, then frames (RFC 9113, 4.1). */
function write(frames: Frame[]): Uint8Array {
  const pieces = frames.flatMap(({ type, flags, stream, payload }) => {
    const header = new DataView(new ArrayBuffer(9));
    header.setUint32(0, payload.length << 8 | type);
    header.setUint8(4, flags);
    header.setUint32(5, stream);
    return [new Uint8Array(header.buffer), payload];
  });
  return concat([PREFACE, ...pieces]);
}

function cut(bytes: Uint8Array, lengths: Iterator<number>): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = start + lengths.next().value!;
    chunks.push(bytes.slice(start, end));
    start = end;
  }
  return chunks;
}

function concat(pieces: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}
