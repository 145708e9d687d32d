import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { type Position, START } from "../../../proto/pipeline/batches.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import type { Checkpoint } from "../../../stages/aggregate/checkpoint.ts";
import {
  type CheckpointerOptions,
  type Clock,
  startCheckpointer,
} from "../../../stages/aggregate/checkpointer.ts";

const HOUR_MS = 3_600_000;

function at(event: number): Position {
  return { event, offset: event * 10, line: event };
}

/** A clock that goes only when the test says so. */
function createClock() {
  let nowMs = 0;
  let timers: { dueMs: number; act: () => void }[] = [];
  const clock: Clock = {
    nowMs: () => nowMs,
    after(ms, act) {
      const timer = { dueMs: nowMs + ms, act };
      timers.push(timer);
      return () => timers = timers.filter((each) => each !== timer);
    },
  };
  return {
    clock,
    /** Lets time pass; what is due by then acts. */
    pass(ms: number) {
      nowMs += ms;
      const due = timers.filter(({ dueMs }) => dueMs <= nowMs);
      timers = timers.filter((each) => !due.includes(each));
      for (const { act } of due) act();
    },
  };
}

/** A checkpointer over a sink and a file that do what the test says. */
function createWorld(options: Partial<CheckpointerOptions> = {}) {
  const said: string[] = [];
  const saves: (Checkpoint & PromiseWithResolvers<void>)[] = [];
  const { clock, pass } = createClock();
  let counted = 0;
  const checkpointer = startCheckpointer({
    run: "r",
    saved: START,
    intervalMs: HOUR_MS,
    capture: () => ({
      position: at(counted),
      head: { counted },
      changed: [],
      removed: [counted],
      all: () => [],
    }),
    sync({ event }) {
      said.push(`sync ${event}`);
      return Promise.resolve();
    },
    // As the store: it takes the counts at once, and waits for the sink.
    async save(checkpoint) {
      const save = { ...checkpoint, ...Promise.withResolvers<void>() };
      saves.push(save);
      const { counted } = checkpoint.head as { counted: number };
      said.push(`take ${counted}`);
      await checkpoint.kept;
      said.push(`write ${counted}`);
      await save.promise;
    },
    committed: ({ event }) => void said.push(`committed ${event}`),
    clock,
    ...options,
  });
  return {
    checkpointer,
    said,
    saves,
    pass,
    /** So many events are counted now. */
    count: (events: number) => void (counted = events),
    /** The sink says that it is safe up to this event. */
    keep: (event: number) =>
      checkpointer.kept({
        position: at(event),
        kept: { bytes: event, file: "f" },
      }),
    [Symbol.asyncDispose]: () => checkpointer[Symbol.asyncDispose](),
  };
}

/** Lets everything go on that can. */
async function settle(): Promise<void> {
  for (let round = 0; round < 20; round++) await Promise.resolve();
}

Deno.test("startCheckpointer() takes the counts, asks the sink, writes, then says that it is safe", async () => {
  await using world = createWorld();

  world.count(5);
  world.checkpointer.request();
  world.count(9); // what is saved is what was counted then
  await settle();
  assertEquals(world.said, ["take 5", "sync 5"]);
  world.keep(5);
  await settle();
  assertEquals(world.said.slice(2), ["write 5"]);
  world.saves[0]!.resolve();
  await settle();

  assertEquals(world.said.slice(3), ["committed 5"]);
  const { run, head, kept, changed, removed } = world.saves[0]!;
  assertEquals({ run, head, kept: await kept, changed, removed }, {
    run: "r",
    head: { counted: 5 },
    kept: { bytes: 5, file: "f" },
    changed: [],
    removed: [5],
  });
});

Deno.test("startCheckpointer() saves once at a time, and what is asked meanwhile right after", async () => {
  await using world = createWorld();

  world.count(1);
  world.checkpointer.request();
  world.count(2);
  world.checkpointer.request();
  world.keep(1);
  await settle();
  world.count(3);
  world.checkpointer.request();
  world.pass(HOUR_MS);
  await settle();
  assertEquals(world.said, ["take 1", "sync 1", "write 1"]);
  world.saves[0]!.resolve();
  await settle();
  world.keep(3);
  await settle();
  world.saves[1]!.resolve();
  await settle();

  assertEquals(world.said.slice(3), [
    "committed 1",
    "take 3",
    "sync 3",
    "write 3",
    "committed 3",
  ]);
});

Deno.test("startCheckpointer() saves nothing that is saved", async () => {
  await using world = createWorld({ saved: at(4) });

  world.count(4);
  world.checkpointer.request();
  assertEquals(world.said, []);
  world.count(5);
  world.checkpointer.request();
  world.keep(5);
  world.saves[0]!.resolve();
  await settle();
  world.checkpointer.request();
  world.pass(10 * HOUR_MS);
  await settle();

  assertEquals(world.said, ["take 5", "sync 5", "write 5", "committed 5"]);
});

Deno.test("startCheckpointer() does not take one answer of the sink for another", async () => {
  await using world = createWorld();
  world.count(5);

  world.keep(5); // not asked for
  world.checkpointer.request();
  world.keep(4);
  world.checkpointer.kept({ position: at(5), kept: null });
  world.checkpointer.kept({ position: null, kept: { bytes: 5, file: "f" } });
  await settle();

  assertEquals(world.said, ["take 5", "sync 5"]);
});

/**
 * Saves of itself, as often as it wants to, for a time in which there is always
 * something new.
 *
 * @returns When each save began, in milliseconds.
 */
async function beginnings(
  { intervalMs, forMs, askedMs = [], cost }: {
    intervalMs: number;
    forMs: number;
    /** When a save is asked for. */
    askedMs?: number[];
    /** What each costs in turn, the last one again and again. */
    cost: { takeMs?: number; sinkMs?: number; writeMs?: number }[];
  },
): Promise<number[]> {
  const began: number[] = [];
  const { clock, pass } = createClock();
  let ofSink: { position: Position; dueMs: number } | undefined;
  let ofDisk: { dueMs: number; written(): void } | undefined;
  const costNow = () => cost[Math.min(began.length, cost.length) - 1]!;
  await using checkpointer = startCheckpointer({
    run: "r",
    saved: START,
    intervalMs,
    capture: () => ({
      position: at(clock.nowMs()),
      head: 0,
      changed: [],
      all: () => [],
    }),
    sync(position) {
      const { sinkMs = 0 } = costNow();
      ofSink = { position, dueMs: clock.nowMs() + sinkMs };
      return Promise.resolve();
    },
    async save({ kept }) {
      began.push(clock.nowMs());
      const { takeMs = 0, writeMs = 0 } = costNow();
      pass(takeMs);
      await kept;
      const { promise, resolve } = Promise.withResolvers<void>();
      ofDisk = { dueMs: clock.nowMs() + writeMs, written: resolve };
      await promise;
    },
    committed() {},
    clock,
  });
  while (clock.nowMs() < forMs) {
    pass(1);
    if (askedMs.includes(clock.nowMs())) checkpointer.request();
    if (ofSink && ofSink.dueMs <= clock.nowMs()) {
      checkpointer.kept({
        position: ofSink.position,
        kept: { bytes: 0, file: "f" },
      });
      ofSink = undefined;
      await settle();
    }
    if (ofDisk && ofDisk.dueMs <= clock.nowMs()) {
      ofDisk.written();
      ofDisk = undefined;
      await settle();
    }
  }
  return began;
}

for (
  const { what, expected, ...run } of [
    {
      what: "at its interval while that is cheap",
      intervalMs: 100,
      forMs: 350,
      cost: [{ takeMs: 1, writeMs: 1 }],
      expected: [100, 200, 300],
    },
    {
      what:
        "not before forty times what the last one took of the stage, and ten of the disk",
      intervalMs: 100,
      forMs: 1_200,
      cost: [{ takeMs: 10, writeMs: 8 }],
      expected: [100, 580, 1_060],
    },
    {
      what: "no rarer because the sink is slow: the stage goes on meanwhile",
      intervalMs: 100,
      forMs: 350,
      cost: [{ takeMs: 1, sinkMs: 50, writeMs: 1 }],
      expected: [100, 200, 300],
    },
    {
      what: "at its interval again once a save has become cheap",
      intervalMs: 100,
      forMs: 1_350,
      cost: [{ takeMs: 25 }, { takeMs: 1 }],
      expected: [100, 1_100, 1_200, 1_300],
    },
    {
      what: "at once what is asked for, and then as long as ever after it",
      intervalMs: 100,
      forMs: 1_000,
      askedMs: [250],
      cost: [{ takeMs: 10 }],
      expected: [100, 250, 650],
    },
  ]
) {
  Deno.test(`startCheckpointer() saves ${what}`, async () => {
    assertEquals(await beginnings(run), expected);
  });
}

Deno.test("stop() ends the saving: nothing is asked, written or told any more", async () => {
  await using world = createWorld();
  world.count(1);
  world.checkpointer.request();

  world.checkpointer.stop();
  world.keep(1);
  world.count(2);
  world.checkpointer.request();
  world.pass(10 * HOUR_MS);
  await settle();

  assertEquals(world.said, ["take 1", "sync 1"]);
  // The outcome is still to be told: that a save was given up is no failure.
  const failed = world.checkpointer.failed.catch(() => "failed");
  assertEquals(await Promise.race([failed, settle()]), undefined);
  const fault = await assertRejects(
    () => Promise.resolve(world.saves[0]!.kept),
    Fault,
  );
  assertEquals(fault.code, "cancelled");
});

Deno.test("stop() lets a write come to its end, and says nothing of it", async () => {
  await using world = createWorld();
  world.count(1);
  world.checkpointer.request();
  world.checkpointer.request();
  world.keep(1);
  await settle();

  world.checkpointer.stop();
  world.saves[0]!.resolve();
  await settle();

  assertEquals(world.said, ["take 1", "sync 1", "write 1"]);
});

for (
  const [what, options] of Object.entries(
    {
      "the sink cannot be asked": {
        sync: () => Promise.reject(new RangeError("no")),
      },
      "a checkpoint cannot be written": {
        save: () => Promise.reject(new RangeError("no")),
      },
    } satisfies Record<string, Partial<CheckpointerOptions>>,
  )
) {
  Deno.test(`failed rejects when ${what}, and nothing is saved after it`, async () => {
    await using world = createWorld(options);
    world.count(1);

    world.checkpointer.request();
    const error = await assertRejects(
      () => world.checkpointer.failed,
      RangeError,
    );
    const before = [...world.said];
    world.count(2);
    world.checkpointer.request();
    await settle();

    assertEquals(error.message, "no");
    assertEquals(world.said, before);
  });
}

Deno.test("startCheckpointer() waits at its end for what it writes", async () => {
  const world = createWorld();
  world.count(1);
  world.checkpointer.request();
  world.keep(1);
  await settle();

  let over = false;
  const ending = world.checkpointer[Symbol.asyncDispose]().then(() =>
    over = true
  );
  await settle();
  assertEquals(over, false);
  world.saves[0]!.resolve();
  await ending;

  assertEquals(world.said, ["take 1", "sync 1", "write 1"]);
});

Deno.test("startCheckpointer() ends well after a write that has failed", async () => {
  const world = createWorld();
  const full = new Error("no space left");
  world.count(1);
  world.checkpointer.request();
  world.keep(1);
  await settle();

  await settle();
  const failed = assertRejects(() => world.checkpointer.failed);
  world.saves[0]!.reject(full);
  await world.checkpointer[Symbol.asyncDispose]();

  assertStrictEquals(await failed, full);
});
