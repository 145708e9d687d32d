import { assertEquals } from "@std/assert";
import { createRunView } from "../../orchestrator/run_view.ts";
import type { Progress__Output } from "../../proto/types/pipeline/v1/Progress.ts";
import type { WatchUpdate } from "../../proto/types/pipeline/v1/WatchUpdate.ts";

/** A run of one stage, and what it is at the moment. */
function runNow() {
  const now = {
    swaps: { count: 0, busy: false },
    pid: 1,
    healthy: true,
  };
  const view = createRunView({
    run: "r",
    swaps: () => now.swaps,
    stages: {
      processes: () => [{
        name: "parse",
        variant: undefined,
        pid: now.pid,
        address: "a:1",
        healthy: now.healthy,
        death: undefined,
      }],
    },
  });
  return { now, view };
}

function progressAt(event: number): Progress__Output {
  const position = { event, offset: event, line: event };
  return {
    sent: position,
    committed: position,
    inputBytes: 9,
    doneBytes: event,
  };
}

const NEVER = new AbortController().signal;

async function nextOf(updates: AsyncGenerator<WatchUpdate>) {
  const { value } = await updates.next();
  return value as WatchUpdate;
}

Deno.test("createRunView() gives a snapshot, then what is newest of each thing, and last the figures", async () => {
  const { now, view } = runNow();
  view.opened(0);
  view.note(progressAt(1));
  const updates = view.watch(NEVER);
  const { snapshot } = await nextOf(updates);
  assertEquals(snapshot?.status?.phase, "RUN_RUNNING");
  assertEquals(snapshot?.progress, progressAt(1));
  assertEquals(snapshot?.processes?.map(({ state }) => state), [
    "PROCESS_SERVING",
  ]);

  // A reader that comes late is told of the last only.
  for (const event of [2, 3, 4]) view.note(progressAt(event));
  now.swaps = { count: 1, busy: true };
  now.pid = 2;
  view.happened("It is so");

  const kinds: WatchUpdate[] = [];
  for (let left = 4; left > 0; left--) kinds.push(await nextOf(updates));
  assertEquals(kinds.map((each) => Object.keys(each)[0]), [
    "progress",
    "event",
    "status",
    "process",
  ]);
  assertEquals(kinds[0]?.progress, progressAt(4));
  assertEquals(kinds[2]?.status, {
    phase: "RUN_SWAPPING",
    fromEvent: 0,
    recoveries: 0,
    swaps: 1,
  });
  assertEquals(kinds[3]?.process?.pid, 2);

  const waiting = nextOf(updates);
  now.swaps.busy = false;
  view.broke("It broke");
  assertEquals((await waiting).event?.message, "It broke");
  const finished = { totals: null, elapsedMs: 1, stages: [] };
  view.over(finished);
  view.over();
  const rest = await Array.fromAsync(updates);
  assertEquals(rest.map((each) => Object.values(each)[0]), [
    // It was on its way to the reader before the end.
    { phase: "RUN_RECOVERING", recoveries: 1, swaps: 1, fromEvent: 0 },
    { phase: "RUN_FINISHED", recoveries: 1, swaps: 1, fromEvent: 0 },
    finished,
  ]);
});

Deno.test("createRunView() keeps a bounded number of events, and ends with its reader", async () => {
  const { view } = runNow();
  for (let at = 0; at < 150; at++) view.happened(`${at}`);
  const gone = new AbortController();
  const updates = view.watch(gone.signal);
  const { snapshot } = await nextOf(updates);
  assertEquals(snapshot?.events?.length, 100);
  assertEquals(snapshot?.events?.at(0)?.sequence, 51);

  const end = updates.next();
  gone.abort();
  assertEquals((await end).done, true);
});

Deno.test("createRunView() says that a run has failed, also to whoever comes then", async () => {
  const { view } = runNow();
  view.over();
  const updates = await Array.fromAsync(view.watch(NEVER));
  assertEquals(updates[0]?.snapshot?.status?.phase, "RUN_FAILED");
});
