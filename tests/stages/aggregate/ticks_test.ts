import { assertEquals, assertRejects } from "@std/assert";
import { START } from "../../../proto/pipeline/batches.ts";
import { startTicks } from "../../../stages/aggregate/ticks.ts";

/** A clock that a test moves, and tellings that it ends. */
function createWorld() {
  let nowMs = 0;
  let events = 0;
  const due: { atMs: number; act: () => void }[] = [];
  const told: { atMs: number; event: number }[] = [];
  let ends: PromiseWithResolvers<void> = Promise.withResolvers();
  const ticks = startTicks({
    everyMs: 100,
    position: () => ({ ...START, event: events }),
    tell() {
      told.push({ atMs: nowMs, event: events });
      ends = Promise.withResolvers();
      return ends.promise;
    },
    clock: {
      nowMs: () => nowMs,
      after(ms, act) {
        const wait = { atMs: nowMs + ms, act };
        due.push(wait);
        return () => void (due.includes(wait) && due.splice(due.indexOf(wait)));
      },
    },
  });
  return {
    ticks,
    told,
    count: () => void events++,
    /** Lets time pass, and what is due happen. */
    pass(ms: number) {
      const endMs = nowMs + ms;
      for (;;) {
        const at = due.findIndex(({ atMs }) => atMs <= endMs);
        if (at < 0) break;
        const [{ atMs, act }] = due.splice(at, 1) as [typeof due[0]];
        nowMs = atMs;
        act();
      }
      nowMs = endMs;
    },
    async end() {
      ends.resolve();
      for (let round = 0; round < 9; round++) await Promise.resolve();
    },
    fail: (reason: Error) => ends.reject(reason),
    [Symbol.dispose]: () => ticks[Symbol.dispose](),
  };
}

Deno.test("startTicks() tells at each tick what was counted since the last, and nothing else", async () => {
  using world = createWorld();

  world.pass(250);
  assertEquals(world.told, []);
  world.count();
  world.pass(50);
  assertEquals(world.told, [{ atMs: 300, event: 1 }]);
  await world.end();
  world.ticks.written();
  world.pass(1_000);
  assertEquals(world.told.length, 1);
  world.count();
  world.pass(100);

  assertEquals(world.told.slice(1), [{ atMs: 1_400, event: 2 }]);
});

Deno.test("startTicks() leaves out what is due until the last is told and written, in either order", async () => {
  for (const isWrittenFirst of [true, false]) {
    using world = createWorld();
    world.count();
    world.pass(100);
    world.count();
    if (isWrittenFirst) world.ticks.written();
    else await world.end();
    world.pass(1_000);
    assertEquals(world.told.length, 1);
    if (isWrittenFirst) await world.end();
    else world.ticks.written();

    // It took 1,000 ms.
    world.pass(18_999);
    assertEquals(world.told.length, 1);
    world.pass(1);
    assertEquals(world.told.slice(1), [{ atMs: 20_100, event: 2 }]);
  }
});

Deno.test("startTicks() says while something is told, and stop() waits for that and ends it", async () => {
  using world = createWorld();
  world.count();
  assertEquals(world.ticks.telling, undefined);
  world.pass(100);
  let isOver = false;
  const stopped = world.ticks.stop().then(() => isOver = true);
  await Promise.resolve();
  assertEquals([world.ticks.telling !== undefined, isOver], [true, false]);
  await world.end();
  await stopped;
  world.ticks.written();
  world.count();
  world.pass(10_000);

  assertEquals(world.ticks.telling, undefined);
  assertEquals(world.told.length, 1);
});

Deno.test("startTicks() fails of what telling fails of, and never tells where nobody asks", async () => {
  using world = createWorld();
  world.count();
  world.pass(100);
  world.fail(new RangeError("no"));
  await assertRejects(() => world.ticks.failed, RangeError, "no");
  await assertRejects(() => world.ticks.stop(), RangeError, "no");

  const never = startTicks({
    everyMs: undefined,
    position: () => START,
    tell: () => Promise.reject(new Error("told")),
    clock: { nowMs: () => 0, after: () => assertNever() },
  });
  await never.stop();
});

function assertNever(): never {
  throw new Error("waits for something");
}
