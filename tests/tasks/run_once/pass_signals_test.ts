import { assertEquals } from "@std/assert";
import {
  createInterrupt,
  createRelay,
} from "../../../tasks/run_once/pass_signals.ts";

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

Deno.test("createRelay() keeps what comes before there is a service", () => {
  const got: string[] = [];
  const relay = createRelay();

  relay.signal("SIGUSR1");
  relay.stop();
  relay.attach({
    hasTerminal: true,
    signal: (signal) => void got.push(signal),
    stop: (signal = "SIGTERM") => void got.push(`stop by ${signal}`),
  });
  relay.stop("SIGHUP");

  assertEquals(got, ["SIGUSR1", "stop by SIGTERM", "stop by SIGHUP"]);
  assertEquals(relay.hasTerminal, true);
});
