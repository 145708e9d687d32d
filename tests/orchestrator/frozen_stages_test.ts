import { assertEquals, assertMatch } from "@std/assert";
import { killFrozen } from "../../orchestrator/frozen_stages.ts";
import { pause } from "../../runtime/program/abort.ts";
import { connect } from "../../runtime/rpc/connect.ts";
import type { WorkerName } from "../../orchestrator/workers.ts";
import { spawn } from "../support/spawned.ts";

const INTERVAL_MS = 50;

/**
 * Watches a process that does nothing at an address where nobody answers, for
 * many times as long as one that is frozen is given.
 *
 * @returns Why it was killed, if it was.
 */
async function watchIdle(
  { up, stopped = false }: { up: boolean; stopped?: boolean },
): Promise<string | undefined> {
  await using child = spawn("sleep", ["60"]);
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const connection = connect(`127.0.0.1:${port}`, { name: "parse" });
  if (stopped) child.kill("SIGSTOP");
  const over = new AbortController();
  let why: string | undefined;
  const watching = killFrozen(
    {
      names: ["parse"],
      pid: () => child.pid,
      connection: () => connection,
      up: (): WorkerName[] => up ? ["parse"] : [],
      kill(_name, reason) {
        why = reason;
        over.abort();
      },
    },
    over.signal,
    INTERVAL_MS,
  );
  await pause(40 * INTERVAL_MS, over.signal);
  over.abort();
  await watching;
  connection.close();
  return why;
}

Deno.test("killFrozen() leaves a stage alone that has never served, unless it was stopped", async () => {
  const [served, starts, stopped] = await Promise.all([
    watchIdle({ up: true }),
    watchIdle({ up: false }),
    watchIdle({ up: false, stopped: true }),
  ]);

  assertMatch(served ?? "", /^was frozen: /);
  assertEquals(starts, undefined);
  assertMatch(stopped ?? "", /^was frozen: /);
});
