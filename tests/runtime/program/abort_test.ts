import { assert, assertEquals } from "@std/assert";
import {
  abortAfter,
  abortOnDispose,
  after,
  pause,
} from "../../../runtime/program/abort.ts";

const HOURS_597_MS = 597 * 3_600_000;

/** Has every timer fire at once, until disposed, and notes what it was set to. */
function skipTimers(): Disposable & { set: number[] } {
  const { setTimeout } = globalThis;
  const set: number[] = [];
  globalThis.setTimeout = ((act: () => void, ms: number) => {
    set.push(ms);
    queueMicrotask(act);
    return 0;
  }) as unknown as typeof setTimeout;
  return {
    set,
    [Symbol.dispose]: () => void (globalThis.setTimeout = setTimeout),
  };
}

Deno.test("pause() waits longer than one timer can, in parts that it takes", async () => {
  using timers = skipTimers();

  await pause(3 * HOURS_597_MS);

  assertEquals(timers.set.reduce((sum, ms) => sum + ms, 0), 3 * HOURS_597_MS);
  assert(timers.set.every((ms) => ms < 2 ** 31), `set to ${timers.set}`);
});

Deno.test("pause() ends when its signal aborts, however long it was to be", async () => {
  const controller = new AbortController();
  const paused = pause(HOURS_597_MS, controller.signal);
  controller.abort();

  await paused;
});

Deno.test("after() calls at its time, and not once it is cancelled", async () => {
  const calls: string[] = [];
  const cancels = [1, HOURS_597_MS].map((ms) =>
    after(ms, () => calls.push("cancelled"))
  );
  for (const cancel of cancels) cancel();
  await new Promise<void>((resolve) => after(5, resolve));

  assertEquals(calls, []);
});

Deno.test("abortAfter() aborts as AbortSignal.timeout() does, and not after its block", async () => {
  let late: AbortSignal;
  {
    using soon = abortAfter(1);
    using never = abortAfter(HOURS_597_MS);
    late = never.signal;
    await new Promise((resolve) =>
      soon.signal.addEventListener("abort", resolve)
    );
    assertEquals(soon.signal.reason.name, "TimeoutError");
  }

  assertEquals(late.aborted, false);
});

Deno.test("abortOnDispose() aborts at the end of its block", () => {
  let signal: AbortSignal;
  {
    using ended = abortOnDispose();
    signal = ended.signal;
    assertEquals(signal.aborted, false);
  }

  assertEquals(signal.aborted, true);
});
