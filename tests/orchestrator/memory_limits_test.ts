import { assertEquals, assertMatch } from "@std/assert";
import { killOverLimit } from "../../orchestrator/memory_limits.ts";
import type { WorkerName } from "../../orchestrator/workers.ts";
import { startProcess } from "../../runtime/process/start_process.ts";
import { runFixture } from "../support/supervised.ts";

const MIB = 2 ** 20;

Deno.test("killOverLimit() ends the stage that is over its limit, and no other", async () => {
  const [program = "", ...args] = runFixture("holds_memory.ts", "50");
  const [big, small] = [0, 1].map(() =>
    startProcess({ program, args, output: "null" }, { watch() {} })
  );
  const limits: Partial<Record<WorkerName, number>> = {
    parse: 20 * MIB,
    rules: 4_096 * MIB,
  };
  const ending = new AbortController();
  const killed: [string, string][] = [];

  const watching = killOverLimit({
    names: ["ingest", "parse", "rules"],
    pid: (name) => name === "parse" ? big!.pid : small!.pid,
    memLimitBytes: (name) => limits[name],
    kill(name, why) {
      killed.push([name, why]);
      ending.abort();
    },
  }, ending.signal);
  await watching;
  for (const { pid } of [big!, small!]) Deno.kill(pid, "SIGKILL");
  await Promise.all([big!.exit, small!.exit]);

  assertEquals(killed.map(([name]) => name), ["parse"]);
  assertMatch(killed[0]![1], /^used \d+ MiB of mem_limit 20 MiB$/);
});
