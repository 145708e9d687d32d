import { assertEquals } from "@std/assert";
import { createInterrupt } from "../../../tasks/run_once/pass_signals.ts";

/** Returns what a service gets of a Ctrl-C at each of these times. */
function passed(isTerminal: boolean, ...timesMs: number[]): string[] {
  const got: string[] = [];
  let nowMs = 0;
  const interrupt = createInterrupt(
    { signal: (signal) => void got.push(signal) },
    { isTerminal, now: () => nowMs },
  );
  for (nowMs of timesMs) interrupt();
  return got;
}

Deno.test("createInterrupt() kills at the second Ctrl-C where there is no terminal", () => {
  assertEquals(passed(false, 0, 400), ["SIGINT", "SIGKILL"]);
});

Deno.test("createInterrupt() leaves each Ctrl-C to what reads the terminal", () => {
  assertEquals(passed(true, 0, 400, 800), ["SIGINT", "SIGINT", "SIGINT"]);
});

Deno.test("createInterrupt() takes what `deno task` passes on for the same key", () => {
  assertEquals(passed(false, 0, 1, 299), ["SIGINT"]);
});
