import { assertEquals } from "@std/assert";
import { orderly } from "../../../runtime/program/interrupts.ts";

/** What has aborted after so many signals, and after how many of them it began. */
function after(signals: number, begunAfter: number) {
  const stop = new AbortController();
  const hurry = new AbortController();
  const interrupts = orderly({
    stop: stop.signal,
    hurry: hurry.signal,
    [Symbol.dispose]() {},
  });
  const all = [() => stop.abort(130), () => hurry.abort(130)];
  for (let at = 0; at <= signals; at++) {
    if (at === begunAfter) interrupts.begin();
    if (at < signals) all[at]!();
  }
  return {
    finish: interrupts.finish.reason,
    stop: interrupts.stop.reason,
    hurry: interrupts.hurry.reason,
  };
}

const NOTHING = { finish: undefined, stop: undefined, hurry: undefined };

for (
  const [what, signals, begunAfter, expected] of [
    ["nothing without a signal", 0, 0, NOTHING],
    ["the first in order", 1, 0, { ...NOTHING, finish: 130 }],
    ["the second by force", 2, 0, { finish: 130, stop: 130, hurry: 130 }],
    ["the first by force before it begins", 1, 9, { ...NOTHING, stop: 130 }],
    ["one that began after the first by force", 2, 1, {
      ...NOTHING,
      stop: 130,
      hurry: 130,
    }],
  ] as const
) {
  Deno.test(`orderly() ends ${what}`, () => {
    assertEquals(after(signals, begunAfter), expected);
  });
}
