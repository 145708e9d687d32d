/**
 * One meter for all streams of one opening that go through the same process:
 * they share its clocks.
 *
 * @module
 */

import type { Opening } from "../proto/pipeline/batches.ts";
import { createMeter, type Meter, type StageName } from "./meter.ts";

/** Hands out the meters of a stage. */
export interface Meters {
  /** The meter of a stream, until the end of the block. */
  take(opening: Opening): Disposable & { meter: Meter };
}

/** @param worker Which of the stage's processes this is; 0 for the only one. */
export function createMeters(name: StageName, worker = 0): Meters {
  const shared = new Map<string, Meter>();
  return {
    take({ lane }) {
      const key = lane?.opening ?? crypto.randomUUID();
      const known = shared.get(key);
      const meter = known ?? createMeter(name, worker);
      if (known) known.streams++;
      else shared.set(key, meter);
      return {
        meter,
        [Symbol.dispose]() {
          if (meter.streams === 1) shared.delete(key);
          else meter.streams--;
        },
      };
    },
  };
}
