import { assertEquals, assertRejects } from "@std/assert";
import { Fault } from "../../../runtime/program/errors.ts";
import {
  createTurns,
  type Turn,
  type Turns,
} from "../../../stages/hop/latest_stream.ts";

const NEVER = new AbortController().signal;

/** Takes a turn, and says when it has come. */
function take(turns: Turns, signal = NEVER) {
  const taking = { come: false, turn: turns.take(signal) };
  taking.turn.then(() => taking.come = true, () => {});
  return taking;
}

/** Lets everything go on that can. */
async function settle(): Promise<void> {
  for (let round = 0; round < 10; round++) await Promise.resolve();
}

const over = (turn: Turn) => turn[Symbol.dispose]();

Deno.test("take() gives the first turn at once", async () => {
  const gone = new AbortController();

  using turn = await createTurns().take(gone.signal);
  assertEquals(turn.signal.aborted, false);

  gone.abort();
  assertEquals(turn.signal.aborted, true);
});

Deno.test("take() ends the turn before, and waits until it is over", async () => {
  const turns = createTurns();
  const first = await turns.take(NEVER);

  const second = take(turns);
  await settle();
  assertEquals([first.signal.aborted, second.come], [true, false]);

  over(first);
  using turn = await second.turn;
  assertEquals(turn.signal.aborted, false);
});

Deno.test("take() does not wait for a turn that is over", async () => {
  const turns = createTurns();
  over(await turns.take(NEVER));

  using turn = await turns.take(NEVER);

  assertEquals(turn.signal.aborted, false);
});

Deno.test("take() lets only the newest of several in, one after the other", async () => {
  const turns = createTurns();
  const first = await turns.take(NEVER);

  const waiting = [take(turns), take(turns), take(turns)];
  const faults = waiting.slice(0, 2).map(({ turn }) =>
    assertRejects(() => turn, Fault)
  );
  await settle();
  assertEquals(waiting.map(({ come }) => come), [false, false, false]);
  over(first);

  assertEquals((await Promise.all(faults)).map(({ code }) => code), [
    "cancelled",
    "cancelled",
  ]);
  using _newest = await waiting[2]!.turn;
});

Deno.test("take() gives none to a caller who has gone while waiting", async () => {
  const turns = createTurns();
  const first = await turns.take(NEVER);
  const gone = new AbortController();

  const second = take(turns, gone.signal);
  gone.abort();
  over(first);

  const fault = await assertRejects(() => second.turn, Fault);
  assertEquals(fault.code, "cancelled");
  using _next = await turns.take(NEVER); // it does not stand in the way
});
