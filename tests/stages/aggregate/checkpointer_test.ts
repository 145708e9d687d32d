import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { type Position, START } from "../../../proto/pipeline/batches.ts";
import {
  createAggregate,
  type Snapshot,
} from "../../../stages/aggregate/aggregate.ts";
import type { Checkpoint } from "../../../stages/aggregate/checkpoint.ts";
import {
  type CheckpointerOptions,
  startCheckpointer,
} from "../../../stages/aggregate/checkpointer.ts";

const HOUR_MS = 3_600_000;

function at(event: number): Position {
  return { event, offset: event * 10, line: event };
}

function snapshotAt(event: number): Snapshot {
  return {
    ...createAggregate({ types: ["a"], tags: [] }).snapshot(),
    position: at(event),
  };
}

/** A checkpointer over a sink and a file that do what the test says. */
function createWorld(options: Partial<CheckpointerOptions> = {}) {
  const said: string[] = [];
  const saves: (Checkpoint & PromiseWithResolvers<void>)[] = [];
  let counted = 0;
  let heard = Promise.withResolvers<void>();
  const say = (what: string) => {
    said.push(what);
    heard.resolve();
    heard = Promise.withResolvers();
  };
  const checkpointer = startCheckpointer({
    run: "r",
    saved: START,
    intervalMs: HOUR_MS,
    snapshot: () => snapshotAt(counted),
    sync({ event }) {
      say(`sync ${event}`);
      return Promise.resolve();
    },
    save(checkpoint) {
      const save = { ...checkpoint, ...Promise.withResolvers<void>() };
      saves.push(save);
      say(`save ${checkpoint.snapshot.position.event}`);
      return save.promise;
    },
    committed: ({ event }) => say(`committed ${event}`),
    ...options,
  });
  return {
    checkpointer,
    said,
    saves,
    /** So many events are counted now. */
    count: (events: number) => void (counted = events),
    /** The sink says that it is safe up to this event. */
    keep: (event: number) =>
      checkpointer.kept({
        position: at(event),
        kept: { bytes: event, file: "f" },
      }),
    /** Waits for what was not yet said. */
    async until(what: string) {
      while (!said.includes(what)) await heard.promise;
    },
    [Symbol.asyncDispose]: () => checkpointer[Symbol.asyncDispose](),
  };
}

/** Lets everything go on that can. */
async function settle(): Promise<void> {
  for (let round = 0; round < 20; round++) await Promise.resolve();
}

Deno.test("startCheckpointer() asks the sink, then writes, then says that it is safe", async () => {
  await using world = createWorld();

  world.count(5);
  world.checkpointer.request();
  world.count(9); // what is saved is what was counted then
  await settle();
  assertEquals(world.said, ["sync 5"]);
  world.keep(5);
  await settle();
  assertEquals(world.said, ["sync 5", "save 5"]);
  world.saves[0]!.resolve();
  await world.until("committed 5");

  assertEquals(world.said, ["sync 5", "save 5", "committed 5"]);
  const { run, snapshot, kept } = world.saves[0]!;
  assertEquals({ run, snapshot, kept }, {
    run: "r",
    snapshot: snapshotAt(5),
    kept: { bytes: 5, file: "f" },
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
  await settle();
  assertEquals(world.said, ["sync 1", "save 1"]);
  world.saves[0]!.resolve();
  await world.until("sync 3");
  world.keep(3);
  await world.until("save 3");
  world.saves[1]!.resolve();
  await world.until("committed 3");

  assertEquals(world.said, [
    "sync 1",
    "save 1",
    "committed 1",
    "sync 3",
    "save 3",
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
  await settle();
  world.saves[0]!.resolve();
  await world.until("committed 5");
  world.checkpointer.request();
  await settle();

  assertEquals(world.said, ["sync 5", "save 5", "committed 5"]);
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

  assertEquals(world.said, ["sync 5"]);
});

Deno.test("startCheckpointer() saves whenever its time has come", async () => {
  await using world = createWorld({ intervalMs: 1 });

  for (const events of [1, 2]) {
    world.count(events);
    await world.until(`sync ${events}`);
    world.keep(events);
    await world.until(`save ${events}`);
    world.saves.at(-1)!.resolve();
    await world.until(`committed ${events}`);
  }

  assertEquals(world.said.filter((each) => /^committed/.test(each)), [
    "committed 1",
    "committed 2",
  ]);
});

Deno.test("stop() ends the saving: nothing is asked, written or told any more", async () => {
  await using world = createWorld();
  world.count(1);
  world.checkpointer.request();

  world.checkpointer.stop();
  world.keep(1);
  world.count(2);
  world.checkpointer.request();
  await settle();

  assertEquals(world.said, ["sync 1"]);
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

  assertEquals(world.said, ["sync 1", "save 1"]);
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
    if ("save" in options) world.keep(1);
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

  assertEquals(world.said, ["sync 1", "save 1"]);
});

Deno.test("startCheckpointer() ends well after a write that has failed", async () => {
  const world = createWorld();
  const full = new Error("no space left");
  world.count(1);
  world.checkpointer.request();
  world.keep(1);
  await settle();

  const failed = assertRejects(() => world.checkpointer.failed);
  world.saves[0]!.reject(full);
  await world.checkpointer[Symbol.asyncDispose]();

  assertStrictEquals(await failed, full);
});
