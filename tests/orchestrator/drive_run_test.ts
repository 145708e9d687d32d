import { assertEquals, assertRejects } from "@std/assert";
import { batchingOf } from "../../orchestrator/batching.ts";
import { type Drive, driveRun } from "../../orchestrator/drive_run.ts";
import type {
  Death,
  StageProcesses,
} from "../../orchestrator/stage_processes.ts";
import { START } from "../../proto/pipeline/batches.ts";
import { IngestService } from "../../proto/pipeline/contract.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { implement, serverStream } from "../../runtime/rpc/handlers.ts";
import { serveStage } from "../support/stage_server.ts";

const DEATH: Death = {
  name: "parse",
  what: 'stage "parse" was ended',
  gaveUp: false,
};

/**
 * Drives a run whose first call fails with `fault`, or ends as if nothing were
 * the matter; a stage may die of it.
 */
async function driveThrough(
  fault: Fault | undefined,
  { dies }: { dies: boolean },
) {
  let calls = 0;
  let dead: Death[] = [];
  let died = Promise.withResolvers<void>();
  await using ingest = await serveStage(
    "IngestService",
    implement(IngestService, {
      Run: serverStream(async function* () {
        yield { opened: { sent: START, committed: START, inputBytes: 10 } };
        if (++calls > 1) {
          yield { finished: { totals: { events: 1 }, elapsedMs: 5 } };
          return;
        }
        // The death is heard of after what it has done.
        if (dies) {
          setTimeout(() => {
            dead = [DEATH];
            died.resolve();
          }, 100);
        }
        if (fault) throw fault;
      }),
    }),
  );
  const stages: StageProcesses = {
    names: ["ingest", "parse"],
    pid: () => 1,
    connection: () => ingest,
    dead: () => dead,
    death: () => died.promise,
    ready: () => Promise.resolve(),
    kill() {},
    restart() {
      dead = [];
      died = Promise.withResolvers();
      return Promise.resolve();
    },
    peakRssBytes: () => Promise.resolve(undefined),
    async [Symbol.asyncDispose]() {},
  };
  const drive: Drive = {
    plan: { input: "in.ndjson", batching: batchingOf(1) },
    stages,
    state: { run: "r", input: undefined, note: () => Promise.resolve() },
    policy: { maxRecoveries: 1, batch: 1 },
    injector: {
      started() {},
      opened() {},
      broken() {},
      progress() {},
      [Symbol.dispose]() {},
    },
    progress: { update() {}, [Symbol.dispose]() {} },
    stop: new AbortController().signal,
  };
  return await driveRun(drive);
}

for (const code of ["internal", "invalid", "unavailable"] as const) {
  Deno.test(`driveRun() goes on after a death that looks ${code} to the others`, async () => {
    const { recoveries } = await driveThrough(new Fault(code, "It broke"), {
      dies: true,
    });

    assertEquals(recoveries, 1);
  });
}

Deno.test("driveRun() takes an end without the last word for a break", async () => {
  const { recoveries } = await driveThrough(undefined, { dies: false });

  assertEquals(recoveries, 1);
});

Deno.test("driveRun() does not go on after a defect that nobody has died of", async () => {
  await assertRejects(
    () => driveThrough(new Fault("internal", "It broke"), { dies: false }),
    Fault,
  );
});

Deno.test("driveRun() does not go on after what the user has to mend, whoever dies of it", async () => {
  await assertRejects(
    () =>
      driveThrough(new Fault("failed_precondition", "The disk is full"), {
        dies: true,
      }),
    Fault,
    "The disk is full",
  );
});
