/**
 * Connections with frames that the protocol forbids.
 *
 * @module
 */

import {
  type BrokenConnection,
  CHECK,
  CONVERSE,
  EMPTY,
  sends,
  WATCH,
} from "./broken_connection.ts";
import { randomBytes, repeat } from "./bytes.ts";
import {
  call,
  FLAG,
  FRAME,
  frame,
  headerField,
  opening,
  PREFACE,
  reset,
  uint32,
} from "./http2_frames.ts";

/** Frames that the protocol forbids. */
export const FORBIDDEN_FRAMES: BrokenConnection[] = [
  sends("a call before settings", PREFACE, call(CHECK), EMPTY),
  sends(
    "a frame of 16 MiB",
    opening(),
    frame(FRAME.data, {
      stream: 1,
      length: 0xff_ffff,
    }),
  ),
  sends(
    "a window that overflows",
    opening(),
    call(CONVERSE),
    repeat(
      2,
      () => frame(FRAME.windowUpdate, { payload: uint32(0x7fff_ffff) }),
    ),
  ),
  sends(
    "a window update of nothing",
    opening(),
    call(CONVERSE),
    frame(
      FRAME.windowUpdate,
      { stream: 1, payload: uint32(0) },
    ),
  ),
  sends(
    "settings of a wrong length",
    opening(),
    frame(FRAME.settings, {
      payload: randomBytes(5),
    }),
  ),
  sends("settings out of range", opening([5, 0], [4, 0xffff_ffff])),
  sends("stream 0", opening(), call(CHECK, { stream: 0 })),
  sends("an even stream", opening(), call(CHECK, { stream: 2 })),
  sends("an older stream", opening(), call(WATCH, { stream: 5 }), call(CHECK)),
  sends("data on an idle stream", opening(), EMPTY),
  sends("data after the end", opening(), call(CHECK), EMPTY, EMPTY),
  sends("a reset of an idle stream", opening(), reset(7, 8)),
  sends(
    "a push from a client",
    opening(),
    frame(FRAME.pushPromise, {
      flags: FLAG.endHeaders,
      stream: 1,
      payload: uint32(2),
    }),
  ),
  sends(
    "more padding than payload",
    opening(),
    frame(FRAME.headers, {
      flags: FLAG.endHeaders | FLAG.padded,
      stream: 1,
      payload: Uint8Array.of(200, 1),
    }),
  ),
  sends(
    "headers that are no HPACK",
    opening(),
    frame(FRAME.headers, {
      flags: FLAG.endHeaders,
      stream: 1,
      payload: randomBytes(200),
    }),
  ),
  sends(
    "headers without a path",
    opening(),
    frame(FRAME.headers, {
      flags: FLAG.endHeaders | FLAG.endStream,
      stream: 1,
      payload: headerField(":method", "POST"),
    }),
  ),
  sends(
    "an unknown frame",
    opening(),
    frame(0x7f, {
      stream: 1,
      payload: randomBytes(100),
    }),
  ),
];
