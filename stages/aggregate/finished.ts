/**
 * The results of windows that are closed. They come in the order in which they
 * are told, and never change.
 *
 * @module
 */

import { codecOf } from "../../proto/message_codec.ts";
import { RESULT } from "../../proto/pipeline/messages.ts";
import type { Result } from "./group_state.ts";
import { createPacked } from "./packed.ts";

/** Results, numbered from 0. */
export interface Finished {
  readonly length: number;
  push(result: Result): void;
  /** Goes on with the record of one that was saved. */
  restore(record: Uint8Array): void;
  /** Those from a number on. */
  results(from: number): Generator<Result>;
  /** The records of those from a number on. */
  records(from: number): Generator<Uint8Array>;
}

const codec = codecOf(RESULT);

/** Starts with none. */
export function createFinished(): Finished {
  const packed = createPacked();
  return {
    get length() {
      return packed.length;
    },
    push: (result) => packed.push(codec.encode(result)),
    restore: packed.push,
    *results(from) {
      for (const bytes of packed.from(from)) {
        yield codec.decode(bytes) as Result;
      }
    },
    records: packed.from,
  };
}
