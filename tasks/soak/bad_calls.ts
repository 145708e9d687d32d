/**
 * Connections that are right, with calls that are wrong.
 *
 * @module
 */

import {
  type BrokenConnection,
  CHECK,
  CONVERSE,
  EMPTY,
  HALF_CLOSE,
  HEAR,
  inTwo,
  send,
  sends,
  UNKNOWN,
  WATCH,
} from "./broken_connection.ts";
import { randomBytes } from "./bytes.ts";
import {
  call,
  FLAG,
  goaway,
  headerField,
  message,
  opening,
  reset,
} from "./http2_frames.ts";

/** HTTP/2 that is well, and a call that is not. */
export const BAD_CALLS: BrokenConnection[] = [
  sends(
    "a path of odd bytes",
    opening(),
    call(
      Uint8Array.of(0x2f, 0xff, 0xc3, 0x28, 0x2f, 0xed, 0xa0, 0x80),
    ),
    EMPTY,
  ),
  sends(
    "an odd binary header",
    opening(),
    call(CHECK, {
      more: [headerField("x-bin", "%%%"), headerField("X-Upper", "y")],
    }),
    EMPTY,
  ),
  inTwo("a timeout that is none", [
    opening(),
    call(CHECK, { more: [headerField("grpc-timeout", "soon")] }),
  ], [reset(1, 8)]),
  sends(
    "a timeout that is over, and GOAWAY",
    opening(),
    call(WATCH, {
      more: [headerField("grpc-timeout", "1n")],
    }),
    EMPTY,
    goaway(2),
  ),
  inTwo("a timeout of a millisecond", [
    opening(),
    call(WATCH, { more: [headerField("grpc-timeout", "1m")] }),
    EMPTY,
  ], [reset(1, 8)]),
  sends(
    "a message of 4 GiB",
    opening(),
    call(CHECK),
    message(
      randomBytes(10),
      { length: 0xffff_ffff },
    ),
  ),
  sends(
    "a message cut short",
    opening(),
    call(CHECK),
    message(
      randomBytes(10),
      { length: 100, flags: FLAG.endStream },
    ),
  ),
  sends(
    "a message that is no protobuf",
    opening(),
    call(CHECK),
    message(
      Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0x0f),
      { flags: FLAG.endStream },
    ),
  ),
  ...["gzip", "deflate", "snappy"].map((encoding) =>
    sends(
      `a message that is no ${encoding}`,
      opening(),
      call(CHECK, {
        more: [headerField("grpc-encoding", encoding)],
      }),
      message(randomBytes(50), { compressed: 1, flags: FLAG.endStream }),
    )
  ),
  sends(
    "a compressed message, then a reset",
    opening(),
    call(CHECK, {
      more: [headerField("grpc-encoding", "gzip")],
    }),
    message(randomBytes(50), { compressed: 1 }),
    reset(1, 8),
  ),
  sends(
    "a question to reflection that is none",
    opening(),
    call(CONVERSE),
    message(randomBytes(50)),
    message(new Uint8Array()),
  ),
  ...[0, 1, 2, 8].map((code) =>
    sends(`a reset with code ${code}`, opening(), call(UNKNOWN), reset(1, code))
  ),
  {
    name: "a call, half closed",
    steps: () => [
      send(opening(), call(WATCH), EMPTY),
      HALF_CLOSE,
      HEAR,
    ],
  },
  inTwo("a call whose connection is cut", [opening(), call(WATCH), EMPTY], []),
];
