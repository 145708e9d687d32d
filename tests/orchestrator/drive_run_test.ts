import { assertEquals, assertRejects } from "@std/assert";
import { batchingOf } from "../../orchestrator/batching.ts";
import { type Drive, driveRun } from "../../orchestrator/drive_run.ts";
import type { StageProcesses } from "../../orchestrator/stage_processes.ts";
import type { Death } from "../../orchestrator/stage_process.ts";
import { START } from "../../proto/pipeline/batches.ts";
import { IngestService } from "../../proto/pipeline/contract.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { implement, serverStream, unary } from "../../runtime/rpc/handlers.ts";
import { connect } from "../../runtime/rpc/connect.ts";
import { serve } from "../../runtime/rpc/serve.ts";
import { serveStage } from "../support/stage_server.ts";
import { builtInSchema } from "../../stages/schema/schema.ts";

const DEATH: Death = {
  name: "parse",
  what: 'stage "parse" was ended',
  gaveUp: false,
};

const LATER_DEATH: Death = {
  name: "rules",
  what: 'stage "rules" exited with code 0',
  gaveUp: false,
};

/**
 * Drives a run whose first call fails with `fault`, or ends as if nothing were
 * the matter; a stage may die of it, and one more that is told to stop then.
 */
async function driveThrough(
  fault: Fault | undefined,
  { dies, another = false }: { dies: boolean; another?: boolean },
) {
  const rules = await serve({ address: "127.0.0.1:0", services: {} });
  const toRules = connect(rules.address, { name: "rules" });
  await using _closed = {
    async [Symbol.asyncDispose]() {
      toRules.close();
      await rules.stop(0);
    },
  };
  const rulesEnded = Promise.withResolvers<void>();
  const restarted: string[][] = [];
  let calls = 0;
  let dead: Death[] = [];
  let died = Promise.withResolvers<void>();
  await using ingest = await serveStage(
    "IngestService",
    implement(IngestService, {
      Finish: unary(() => ({ offset: 0 })),
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
            if (!another) return;
            void rules.stop();
            // It drains for longer than the first death takes to be seen.
            setTimeout(() => {
              dead = [DEATH, LATER_DEATH];
              rulesEnded.resolve();
            }, 300);
          }, 100);
        }
        if (fault) throw fault;
      }),
    }),
  );
  const stages: StageProcesses = {
    names: ["ingest", "parse", "rules"],
    pid: () => 1,
    memLimitBytes: () => undefined,
    connection: (name) => name === "rules" ? toRules : ingest,
    processes: () => [],
    next: () => [],
    dead: () => dead,
    death: () => died.promise,
    up: () => {
      const names = dead.map(({ name }) => name);
      return stages.names.filter((name) => !names.includes(name));
    },
    ended: (name) => name === "rules" ? rulesEnded.promise : died.promise,
    ready: () => Promise.resolve(),
    kill() {},
    prepare: () => Promise.reject(new Error("There is nothing to swap")),
    restart() {
      restarted.push(dead.map(({ name }) => name));
      dead = [];
      died = Promise.withResolvers();
      return Promise.resolve();
    },
    peakRssBytes: () => Promise.resolve(undefined),
    async [Symbol.asyncDispose]() {},
  };
  const drive: Drive = {
    plan: {
      inputs: ["in.ndjson"],
      batching: batchingOf(1),
      schema: builtInSchema(["click"]),
    },
    stages,
    state: { run: "r", inputs: [undefined], note: () => Promise.resolve() },
    policy: { maxRecoveries: 1, batch: 1 },
    moments: {
      started() {},
      opened() {},
      broken() {},
      progress() {},
      [Symbol.dispose]() {},
    },
    progress: { update() {}, [Symbol.dispose]() {} },
    stop: new AbortController().signal,
  };
  return { ...await driveRun(drive), restarted };
}

for (const code of ["internal", "invalid", "unavailable"] as const) {
  Deno.test(`driveRun() goes on after a death that looks ${code} to the others`, async () => {
    const { recoveries } = await driveThrough(new Fault(code, "It broke"), {
      dies: true,
    });

    assertEquals(recoveries, 1);
  });
}

Deno.test("driveRun() starts a stage that is about to end together with the one that has died", async () => {
  const { recoveries, restarted } = await driveThrough(
    new Fault("unavailable", "It broke"),
    { dies: true, another: true },
  );

  assertEquals({ recoveries, restarted }, {
    recoveries: 1,
    restarted: [["parse", "rules"]],
  });
});

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
