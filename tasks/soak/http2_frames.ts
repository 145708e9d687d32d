/**
 * Writes HTTP/2 frames byte by byte (RFC 9113), right ones and wrong ones.
 *
 * A real client refuses to write most of what broken_connections.ts needs.
 *
 * @module
 */

import { concat, utf8 } from "./bytes.ts";

/** Types of frames (RFC 9113, section 6). */
export const FRAME = {
  data: 0x0,
  headers: 0x1,
  priority: 0x2,
  reset: 0x3,
  settings: 0x4,
  pushPromise: 0x5,
  ping: 0x6,
  goaway: 0x7,
  windowUpdate: 0x8,
  continuation: 0x9,
} as const;

/** Flags of frames. */
export const FLAG = {
  ack: 0x1,
  endStream: 0x1,
  endHeaders: 0x4,
  padded: 0x8,
} as const;

/** What a client sends before its first frame. */
export const PREFACE = utf8("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** Writes one frame. `length` says more or less than there is. */
export function frame(
  type: number,
  { flags = 0, stream = 0, payload = new Uint8Array(), length }: {
    flags?: number;
    stream?: number;
    payload?: Uint8Array;
    length?: number;
  } = {},
): Uint8Array {
  const header = new DataView(new ArrayBuffer(9));
  header.setUint32(0, ((length ?? payload.length) << 8 | type) >>> 0);
  header.setUint8(4, flags);
  header.setUint32(5, stream);
  return concat([new Uint8Array(header.buffer), payload]);
}

/** Four bytes, the highest first. */
export function uint32(value: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setUint32(0, value);
  return new Uint8Array(bytes.buffer);
}

/** SETTINGS with pairs of identifier and value. */
export function settings(...pairs: [number, number][]): Uint8Array {
  const payload = concat(
    pairs.flatMap(([id, value]) => [uint32(id).subarray(2), uint32(value)]),
  );
  return frame(FRAME.settings, { payload });
}

/** The beginning of every connection that begins well. */
export function opening(...pairs: [number, number][]): Uint8Array {
  return concat([PREFACE, settings(...pairs)]);
}

/** GOAWAY with an error code. */
export function goaway(
  code: number,
  debug: Uint8Array = new Uint8Array(),
): Uint8Array {
  const payload = concat([uint32(0), uint32(code), debug]);
  return frame(FRAME.goaway, { payload });
}

/** RST_STREAM with an error code. */
export function reset(stream: number, code: number): Uint8Array {
  return frame(FRAME.reset, { stream, payload: uint32(code) });
}

/** One header as HPACK writes it without its tables (RFC 7541, 6.2.2). */
export function headerField(
  name: string,
  value: string | Uint8Array,
): Uint8Array {
  const bytes = typeof value === "string" ? utf8(value) : value;
  return concat([
    Uint8Array.of(0),
    lengthOf(utf8(name)),
    utf8(name),
    lengthOf(bytes),
    bytes,
  ]);
}

/** A length as HPACK writes it: one byte, or 127 and groups of seven bits. */
function lengthOf({ length }: Uint8Array): Uint8Array {
  if (length < 127) return Uint8Array.of(length);
  const bytes = [127];
  for (let rest = length - 127; rest >= 0; rest = rest < 128 ? -1 : rest >> 7) {
    bytes.push(rest < 128 ? rest : rest % 128 | 128);
  }
  return Uint8Array.from(bytes);
}

/** Options for {@linkcode call}. */
export interface CallBytes {
  stream?: number;
  contentType?: string;
  /** More headers, after the usual ones. */
  more?: Uint8Array[];
  flags?: number;
}

/** The headers of one gRPC call, as a block. */
export function callBlock(
  path: string | Uint8Array,
  { contentType = "application/grpc", more = [] }: CallBytes = {},
): Uint8Array {
  return concat([
    headerField(":method", "POST"),
    headerField(":scheme", "http"),
    headerField(":authority", "x"),
    headerField(":path", path),
    headerField("te", "trailers"),
    headerField("content-type", contentType),
    ...more,
  ]);
}

/** HEADERS of one gRPC call. */
export function call(
  path: string | Uint8Array,
  options: CallBytes = {},
): Uint8Array {
  const { stream = 1, flags = FLAG.endHeaders } = options;
  const payload = callBlock(path, options);
  return frame(FRAME.headers, { flags, stream, payload });
}

/** DATA with one gRPC message; `length` says more or less than there is. */
export function message(
  bytes: Uint8Array,
  { stream = 1, flags = 0, compressed = 0, length = bytes.length }: {
    stream?: number;
    flags?: number;
    compressed?: number;
    length?: number;
  } = {},
): Uint8Array {
  const payload = concat([Uint8Array.of(compressed), uint32(length), bytes]);
  return frame(FRAME.data, { flags, stream, payload });
}
