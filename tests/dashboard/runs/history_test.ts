import { assert, assertEquals } from "@std/assert";
import { createRunHistory, isOver } from "../../../dashboard/runs/history.ts";
import type { RunSnapshot } from "../../../proto/types/pipeline/v1/RunSnapshot.ts";

const SNAPSHOT: RunSnapshot = {
  run: "r1",
  pid: 7,
  startedMs: 1_000,
  title: "a.ndjson → results.ndjson",
  batch: "auto",
  status: { phase: "RUN_RUNNING", recoveries: 0, swaps: 0 },
  processes: [{
    name: "parse.2",
    stage: "parse",
    pid: 8,
    address: "127.0.0.1:6002",
    state: "PROCESS_SERVING",
  }],
  events: [{ sequence: 1, timeMs: 1_100, message: "so it is" }],
  schema: { builtIn: true },
};

Deno.test("createRunHistory() makes a record of what it is told, from the snapshot to the end", () => {
  const history = createRunHistory();
  const take = (
    ...[update, nowMs = 5_000]: Parameters<typeof history.take> | [
      Parameters<typeof history.take>[0],
    ]
  ) => history.take(update, nowMs);
  assertEquals(take({ snapshot: SNAPSHOT }), { run: true });
  take({
    progress: {
      sent: { event: 20 },
      committed: { event: 10 },
      doneBytes: 200,
      inputBytes: 1_000,
    },
  });
  take({ event: { sequence: 2, kind: "RUN_EVENT_RECOVERY", message: "dead" } });
  take({ event: { sequence: 3, kind: "RUN_EVENT_SWAP", message: "swapped" } });
  take({ status: { phase: "RUN_RECOVERING", recoveries: 1, swaps: 1 } });
  take({
    process: { ...SNAPSHOT.processes![0]!, pid: 9, state: "PROCESS_DEAD" },
  });
  const { sample } = take({
    look: {
      timeMs: 2_000,
      stages: [{
        name: "aggregate",
        sinceMs: 1_000,
        reached: 18,
        filtered: 3,
        rejects: [{ stage: "parse", reason: "no JSON", count: 2 }],
        groups: 70,
        results: [{ key: ['"click"'], count: 18 }],
      }],
    },
  });
  const before = structuredClone(history.record);
  take({
    look: {
      timeMs: 2_500,
      stages: [{
        name: "aggregate",
        sinceMs: 1_000,
        groups: 0,
        complete: true,
      }],
    },
  });
  take({
    status: { phase: "RUN_FINISHED", recoveries: 1, fromEvent: 5 },
  }, 3_000);
  take({
    finished: {
      totals: { events: 20, rejected: 2 },
      elapsedMs: 1_900,
      stages: [{
        name: "parse",
        worker: 2,
        eventsIn: 20,
        processingMs: 30,
        cpuMs: 100,
        waitingMs: 50,
        batches: 4,
        batchLatency: { p50Ms: 1, p95Ms: 2, p99Ms: 3 },
      }],
    },
  });
  const { record } = history;

  assertEquals(sample?.sentEvents, 20);
  assertEquals(before.phase, "recovering");
  assertEquals(before.processes, [{
    name: "parse.2",
    stage: "parse",
    variant: "",
    pid: 9,
    address: "127.0.0.1:6002",
    state: "dead",
  }]);
  assertEquals(before.results?.total, 70);
  assertEquals(before.results?.rows[0]?.slice(0, 2), ["click", 18]);
  assertEquals(before.results?.interim, true);
  assertEquals(before.endedMs, undefined);
  assertEquals(record.events.map(({ kind }) => kind), [
    "note",
    "recovery",
    "swap",
  ]);
  assertEquals(
    record.samples.map(({ sentEvents, committedEvents, doneBytes }) => [
      sentEvents,
      committedEvents,
      doneBytes,
    ]),
    [[20, 10, 200], [20, 20, 1_000]],
  );
  assertEquals(record.rejects, { "no JSON": 2 });
  assertEquals(record.fromEvent, 5);
  assertEquals(record.results?.interim, false);
  assertEquals([record.phase, record.endedMs], ["finished", 3_000]);
  assertEquals(record.end, {
    elapsedMs: 1_900,
    events: 20,
    rejected: 2,
    stages: [{
      name: "parse.2",
      stage: "parse",
      events: 20,
      ownMs: 30,
      ipcMs: 70,
      waitMs: 50,
      batch: 5,
      p50Ms: 1,
      p95Ms: 2,
      p99Ms: 3,
    }],
  });
  assertEquals(record.complete, false);
  history.end(4_000);
  assertEquals([record.complete, record.endedMs], [true, 3_000]);
});

Deno.test("createRunHistory() forgets nothing when the snapshot comes again", () => {
  const history = createRunHistory();
  history.take({ snapshot: SNAPSHOT }, 0);
  history.take({ event: { sequence: 2, message: "two" } }, 0);
  history.take({ look: { timeMs: 1, stages: [] } }, 0);
  history.take({
    snapshot: {
      ...SNAPSHOT,
      events: [
        ...SNAPSHOT.events!,
        { sequence: 2, message: "two" },
        { sequence: 3, message: "three" },
      ],
    },
  }, 0);

  assertEquals(history.record.events.map(({ sequence }) => sequence), [
    1,
    2,
    3,
  ]);
  assertEquals(history.record.samples.length, 1);
});

Deno.test("createRunHistory() is bounded, and has the last events", () => {
  const history = createRunHistory();
  history.take({ snapshot: SNAPSHOT }, 0);
  const long = "x".repeat(3_000);
  for (let at = 1; at <= 700; at++) {
    history.take({ event: { sequence: at + 1, message: long } }, 0);
    history.take({ process: { name: `parse.${at}`, stage: "parse" } }, 0);
    history.take({
      look: {
        timeMs: at * 1_000,
        stages: [{
          name: "aggregate",
          groups: 1_000,
          results: Array.from({ length: 60 }, () => ({ key: [`"${long}"`] })),
        }],
      },
    }, 0);
  }
  const { events, processes, samples, results } = history.record;

  assertEquals(events.length, 100);
  assertEquals(events.at(-1)?.sequence, 701);
  assert(processes.length <= 80);
  assert(samples.length <= 600 && samples.length >= 300);
  assertEquals(results?.rows.length, 50);
  assert(JSON.stringify(history.record).length < 1_000_000);
});

Deno.test("createRunHistory() notes that a run is gone without a word", () => {
  const history = createRunHistory();
  history.take({ snapshot: SNAPSHOT }, 0);

  history.end(9_000);

  assertEquals([history.record.phase, history.record.endedMs], ["lost", 9_000]);
  assert(isOver(history.record.phase));
});
