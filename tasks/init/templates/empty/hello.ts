/**
 * Says hello once a second, until it is told to stop.
 *
 * @module
 */

import { duration, pause, print, runProgram } from "denizen";

await runProgram({
  name: "hello.ts",
  summary: "Says hello.",
  flags: { interval: duration("time between two lines", "1s") },
}, async ({ interval }, signal) => {
  while (!signal.aborted) {
    print("Hello");
    await pause(interval, signal);
  }
});
