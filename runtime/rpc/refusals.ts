/**
 * Tells of callers that are turned away, without letting them fill the log.
 *
 * @module
 */

import { log } from "../program/log.ts";
import { quantity } from "../program/numbers.ts";

/** Time after a line in which refusals are only counted, in milliseconds. */
const QUIET_MS = 10_000;

/** Does something when that time is over; keeps no process alive. */
function afterQuiet(act: () => void): void {
  Deno.unrefTimer(setTimeout(act, QUIET_MS));
}

/** A call that was turned away. */
export interface Refused {
  /** What was called: "/package.Service/Method". */
  path: string;
  /** The caller's address. */
  peer: string;
  /** Why. */
  reason: string;
}

/**
 * Makes what tells of them: of the first at once, of those in the ten seconds
 * after it by their number.
 *
 * @param report Takes a line. @default {log}
 * @param later Calls back when the time of silence is over.
 */
export function createRefusalLog(
  report: (line: string) => void = log,
  later: (act: () => void) => void = afterQuiet,
): (refused: Refused) => void {
  let more = 0;
  let quiet = false;
  const rest = () => {
    quiet = more > 0;
    if (!quiet) return;
    report(`Refused ${quantity(more, "more call")}`);
    more = 0;
    later(rest);
  };
  return ({ path, peer, reason }) => {
    if (quiet) {
      more++;
      return;
    }
    quiet = true;
    report(`Refused ${path} from ${peer}: ${reason}`);
    later(rest);
  };
}
