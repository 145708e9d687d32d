/**
 * Connections that end by GOAWAY, with and without an error code, at every moment.
 *
 * @module
 */

import {
  type BrokenConnection,
  CHECK,
  CONVERSE,
  EMPTY,
  inTwo,
  sends,
  UNKNOWN,
  WATCH,
} from "./broken_connection.ts";
import { randomBytes } from "./bytes.ts";
import { call, goaway, message, opening } from "./http2_frames.ts";

/** GOAWAY with and without a code, at every moment. */
export const GOODBYES: BrokenConnection[] = [0, 2, 11].flatMap((code) => {
  const bye = goaway(code);
  const named = (moment: string) => `GOAWAY ${code} ${moment}`;
  return [
    sends(named("before any call"), opening(), bye),
    sends(named("after an unknown method"), opening(), call(UNKNOWN), bye),
    sends(
      named("after a page is asked for"),
      opening(),
      call(CHECK, { contentType: "text/html" }),
      bye,
    ),
    sends(named("after headers"), opening(), call(CHECK), bye),
    sends(named("after a request"), opening(), call(CHECK), EMPTY, bye),
    inTwo(named("after the answer"), [opening(), call(CHECK), EMPTY], [bye]),
    inTwo(named("amid answers"), [opening(), call(WATCH), EMPTY], [bye]),
    inTwo(named("amid questions"), [
      opening(),
      call(CONVERSE),
      message(Uint8Array.of(0x3a, 0)),
    ], [bye]),
    sends(named("amid headers"), opening(), call(CHECK, { flags: 0 }), bye),
  ];
}).concat(
  sends("GOAWAY with a long reason", opening(), goaway(2, randomBytes(16_000))),
  sends("GOAWAY twice", opening(), call(UNKNOWN), goaway(0), goaway(2)),
);
