import { assertEquals, assertRejects } from "@std/assert";
import { createRunsFeed } from "../../../dashboard/feeds/runs.ts";
import type { RunsMessage } from "../../../dashboard/wire.ts";
import type { WatchUpdate } from "../../../proto/types/pipeline/v1/WatchUpdate.ts";
import type { WatchUpdate__Output } from "../../../proto/types/pipeline/v1/WatchUpdate.ts";
import { Fault } from "../../../runtime/program/errors.ts";

/** The feed, and what pages are sent. */
function runsFeed() {
  const sent: RunsMessage[] = [];
  const feed = createRunsFeed({
    publish: (_topic, message) =>
      void sent.push(structuredClone(message) as RunsMessage),
  });
  return { feed, sent };
}

/** What a run tells, all at once. */
async function* telling(...updates: WatchUpdate[]) {
  yield* updates as WatchUpdate__Output[];
}

function snapshotOf(run: string, pid = 1): WatchUpdate {
  return {
    snapshot: { run, pid, status: { phase: "RUN_RUNNING" }, title: run },
  };
}

const FINISHED: WatchUpdate = { status: { phase: "RUN_FINISHED" } };

Deno.test("take() tells pages of a run, its samples and its end", async () => {
  const { feed, sent } = runsFeed();

  await feed.take(telling(
    snapshotOf("a"),
    { progress: { sent: { event: 1 } } },
    { look: { timeMs: 5, stages: [] } },
    FINISHED,
  ));

  assertEquals(sent.map(({ kind }) => kind), [
    "runs",
    "run",
    "run",
    "sample",
    "runs",
    "run",
    // There is no more to come.
    "runs",
    "run",
  ]);
  assertEquals(feed.get("a")?.complete, true);
  assertEquals(feed.get("a")?.phase, "finished");
  assertEquals(feed.get("b"), undefined);
});

Deno.test("a run whose process is gone without a word is lost, until it tells again", async () => {
  const { feed } = runsFeed();
  await feed.take(telling(snapshotOf("a"), { look: { timeMs: 5 } }));
  const lost = feed.get("a")?.phase;
  await feed.take(telling(snapshotOf("a"), FINISHED));
  const { phase, samples } = feed.get("a")!;
  // Gone on with by another process.
  await feed.take(telling(snapshotOf("a", 2), FINISHED));

  assertEquals([lost, phase, samples.length], ["lost", "finished", 1]);
  assertEquals([feed.get("a")?.pid, feed.get("a")?.samples.length], [2, 0]);
});

Deno.test("snapshot() has the newest first, and all of the one that goes on", async () => {
  const { feed } = runsFeed();
  const goesOn = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<void>();
  const first = feed.take((async function* () {
    yield* telling(snapshotOf("goes on"));
    taken.resolve();
    await goesOn.promise;
  })());
  await taken.promise;
  for (let at = 0; at < 30; at++) {
    await feed.take(telling(snapshotOf(`r${at}`), FINISHED));
  }
  const snapshot = feed.snapshot("") as RunsMessage & { kind: "snapshot" };
  goesOn.resolve();
  await first;

  assertEquals(snapshot.runs.length, 20);
  assertEquals(snapshot.runs[0]?.id, "r29");
  assertEquals(snapshot.runs.at(-1)?.id, "goes on");
  assertEquals(snapshot.current?.id, "goes on");
});

Deno.test("take() refuses what does not begin with a run's name", async () => {
  const { feed, sent } = runsFeed();
  for (const first of [FINISHED, { snapshot: { run: "" } }]) {
    const { code } = await assertRejects(
      () => feed.take(telling(first, FINISHED)),
      Fault,
    );

    assertEquals(code, "invalid");
  }
  assertEquals(sent, []);
});
