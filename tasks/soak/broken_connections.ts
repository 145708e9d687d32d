/**
 * Some ninety ways in which a connection to a gRPC server goes wrong, by
 * accident or by intent.
 *
 * @module
 */

import {
  type BrokenConnection,
  HALF_CLOSE,
  HEAR,
  kind,
  send,
  sends,
} from "./broken_connection.ts";
import { randomBytes, utf8 } from "./bytes.ts";
import { PREFACE } from "./http2_frames.ts";
import { BAD_CALLS } from "./bad_calls.ts";
import { FLOODS } from "./floods.ts";
import { FORBIDDEN_FRAMES } from "./forbidden_frames.ts";
import { GOODBYES } from "./goodbyes.ts";

/** Not HTTP/2 at all. */
const STRANGERS: BrokenConnection[] = [
  sends("says nothing"),
  kind("random bytes", () => send(randomBytes(4_096))),
  kind("a preface, then random bytes", () => send(PREFACE, randomBytes(4_096))),
  sends("HTTP/1", utf8("GET / HTTP/1.1\r\nHost: x\r\n\r\n")),
  sends(
    "HTTP/1 that asks for h2c",
    utf8(
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
    ),
  ),
  kind(
    "a TLS hello",
    () => send(Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3)),
    () => send(randomBytes(506)),
  ),
  sends("half a preface", PREFACE.subarray(0, 11)),
  sends("a preface and no more", PREFACE),
  sends("two prefaces", PREFACE, PREFACE),
  {
    name: "half a preface, half closed",
    steps: () => [
      send(PREFACE.subarray(0, 11)),
      HALF_CLOSE,
      HEAR,
    ],
  },
];

/** All of them. */
export const BROKEN_CONNECTIONS: readonly BrokenConnection[] = [
  ...STRANGERS,
  ...GOODBYES,
  ...FLOODS,
  ...FORBIDDEN_FRAMES,
  ...BAD_CALLS,
];
