import { assertEquals } from "@std/assert";
import { startLooks } from "../../orchestrator/run_looks.ts";
import { createRunView } from "../../orchestrator/run_view.ts";
import type { RunLook } from "../../proto/types/pipeline/v1/RunLook.ts";
import { implement, unary } from "../../runtime/rpc/handlers.ts";
import { StageMonitorService } from "../../proto/pipeline/contract.ts";
import { serveStage } from "../support/stage_server.ts";

const STAGE = {
  variant: undefined,
  address: "a:1",
  healthy: true,
  death: undefined,
};

Deno.test("startLooks() asks nobody before somebody watches, and never again who cannot tell", async () => {
  let asked = 0;
  await using telling = await serveStage(
    "StageMonitorService",
    implement(StageMonitorService, {
      Look: unary(() => ({ name: "another", timeMs: 1, reached: ++asked })),
    }),
  );
  await using other = await serveStage(
    "Other",
    implement({
      Look: { ...StageMonitorService.Look, path: "/pipeline.v1.Other/Look" },
    }, { Look: unary(() => ({})) }),
  );
  const refused: string[] = [];
  const counted: typeof other = {
    ...other,
    unary(method, ...args) {
      refused.push(method.path);
      return other.unary(method, ...args);
    },
  };
  const now = { pid: 2 };
  const stages = {
    processes: () => [
      { ...STAGE, name: "parse" as const, pid: 1 },
      { ...STAGE, name: "sink" as const, pid: now.pid },
      { ...STAGE, name: "rules" as const, pid: 9, healthy: false },
    ],
    connection: (name: string) => name === "parse" ? telling : counted,
  };
  const view = createRunView({
    run: "r",
    swaps: () => ({ count: 0, busy: false }),
    stages,
  });
  using looks = startLooks({ stages, view, intervalMs: 1 });
  assertEquals([asked, refused], [0, []]);

  const seen: RunLook[] = [];
  for await (const { look } of view.watch(new AbortController().signal)) {
    if (look) seen.push(look);
    if (seen.length === 2) now.pid = 3; // another process
    if (refused.length === 2) break;
  }
  const before = asked;
  await looks.last();

  assertEquals(seen[0]?.stages?.map(({ name, reached }) => [name, reached]), [
    ["parse", 1],
  ]);
  assertEquals(refused.length, 2);
  assertEquals(asked - before <= 1, true);
});

Deno.test("last() looks once more where somebody watches", async () => {
  await using telling = await serveStage(
    "StageMonitorService",
    implement(StageMonitorService, { Look: unary(() => ({ reached: 7 })) }),
  );
  const stages = {
    processes: () => [{ ...STAGE, name: "parse" as const, pid: 1 }],
    connection: () => telling,
  };
  const view = createRunView({
    run: "r",
    swaps: () => ({ count: 0, busy: false }),
    stages,
  });
  using looks = startLooks({ stages, view, intervalMs: 3_600_000 });
  const updates = view.watch(new AbortController().signal);
  await updates.next();
  await looks.last();
  view.over();
  const rest = await Array.fromAsync(updates);

  assertEquals(
    rest.filter(({ look }) => look).at(-1)?.look?.stages?.map(({ reached }) =>
      reached
    ),
    [7],
  );
});
