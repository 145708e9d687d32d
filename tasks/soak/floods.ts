/**
 * Connections with too much of something.
 *
 * @module
 */

import {
  type BrokenConnection,
  CHECK,
  CONVERSE,
  sends,
  UNKNOWN,
  WATCH,
} from "./broken_connection.ts";
import { concat, repeat } from "./bytes.ts";
import {
  call,
  callBlock,
  FLAG,
  FRAME,
  frame,
  headerField,
  message,
  opening,
  reset,
  settings,
  uint32,
} from "./http2_frames.ts";

/** Too much of something. */
export const FLOODS: BrokenConnection[] = [
  sends(
    "pings",
    opening(),
    repeat(2_000, () => frame(FRAME.ping, { payload: new Uint8Array(8) })),
  ),
  sends("settings", opening(), repeat(2_000, () => settings([4, 1_000]))),
  sends(
    "empty data",
    opening(),
    call(CONVERSE),
    repeat(2_000, () => frame(FRAME.data, { stream: 1 })),
  ),
  sends(
    "priorities",
    opening(),
    repeat(2_000, (before) =>
      frame(FRAME.priority, {
        stream: 2 * before + 1,
        payload: concat([uint32(0), Uint8Array.of(16)]),
      })),
  ),
  sends(
    "continuations",
    opening(),
    call(CHECK, { flags: 0 }),
    repeat(2_000, () =>
      frame(FRAME.continuation, {
        stream: 1,
        payload: headerField("x", "y"),
      })),
  ),
  sends(
    "empty continuations",
    opening(),
    call(CHECK, { flags: 0 }),
    repeat(2_000, () => frame(FRAME.continuation, { stream: 1 })),
  ),
  sends(
    "rapid resets",
    opening(),
    repeat(100, (before) => {
      const stream = 2 * before + 1;
      return concat([call(WATCH, { stream }), reset(stream, 8)]);
    }),
  ),
  sends(
    "rapid resets of an unknown method",
    opening(),
    repeat(100, (before) => {
      const stream = 2 * before + 1;
      return concat([call(UNKNOWN, { stream }), reset(stream, 8)]);
    }),
  ),
  sends(
    "calls that never send",
    opening(),
    repeat(50, (before) => call(CONVERSE, { stream: 2 * before + 1 })),
  ),
  sends(
    "calls whose answers are not read",
    opening([4, 0]),
    repeat(50, (before) => {
      const stream = 2 * before + 1;
      return concat([
        call(CHECK, { stream }),
        message(new Uint8Array(), { stream, flags: FLAG.endStream }),
      ]);
    }),
  ),
  sends(
    "a long header",
    opening(),
    frame(FRAME.headers, {
      flags: FLAG.endHeaders,
      stream: 1,
      payload: callBlock(CHECK, {
        more: [headerField("x", "y".repeat(15_000))],
      }),
    }),
  ),
  sends(
    "window updates",
    opening(),
    repeat(2_000, () => frame(FRAME.windowUpdate, { payload: uint32(1) })),
  ),
];
