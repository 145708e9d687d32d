/**
 * What a broken connection is: a list of steps. The connection closes after the
 * last one. The files beside this one list such connections, and storm.ts
 * carries them out.
 *
 * @module
 */

import { concat } from "./bytes.ts";
import { FLAG, message } from "./http2_frames.ts";

/** What is done next on a connection. */
export type Step =
  | { send: Uint8Array }
  /** Waits until the server has said something, or for a moment. */
  | { hear: true }
  /** Says that no more will come, and still reads. */
  | { halfClose: true };

/** One way of going wrong. */
export interface BrokenConnection {
  name: string;
  /** The steps, made anew each time. */
  steps(): Step[];
}

/** Methods that each server has, each of another kind. */
export const CHECK = "/grpc.health.v1.Health/Check";
/** @see {@linkcode CHECK} */
export const WATCH = "/grpc.health.v1.Health/Watch";
/** @see {@linkcode CHECK} */
export const CONVERSE =
  "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
/** A method that no server has. */
export const UNKNOWN = "/no/no";

/** Sends bytes. */
export const send = (...bytes: Uint8Array[]): Step => ({ send: concat(bytes) });
/** Waits for a word. */
export const HEAR: Step = { hear: true };
/** Sends no more. */
export const HALF_CLOSE: Step = { halfClose: true };
/** An empty message, and no more. */
export const EMPTY = message(new Uint8Array(), { flags: FLAG.endStream });

/** A kind whose steps are made anew each time. */
export function kind(name: string, ...steps: (() => Step)[]): BrokenConnection {
  return { name, steps: () => steps.map((make) => make()) };
}
/** A kind that sends everything at once. */
export function sends(name: string, ...bytes: Uint8Array[]): BrokenConnection {
  const step = send(...bytes);
  return kind(name, () => step);
}
/** A kind that sends, hears, and sends again. */
export function inTwo(
  name: string,
  first: Uint8Array[],
  second: Uint8Array[],
): BrokenConnection {
  const steps = [send(...first), HEAR, send(...second)];
  return { name, steps: () => steps };
}
