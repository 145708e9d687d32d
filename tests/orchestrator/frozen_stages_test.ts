import { assertEquals, assertMatch } from "@std/assert";
import { killFrozen } from "../../orchestrator/frozen_stages.ts";
import { connect } from "../../runtime/rpc/connect.ts";
import type { WorkerName } from "../../orchestrator/workers.ts";
import { spawn } from "../support/spawned.ts";

const INTERVAL_MS = 50;
/** Many times as often as one that is frozen is asked. */
const ROUNDS = 25;

/**
 * Watches a process that does nothing at an address where nobody answers, until
 * it is killed or was looked at many times.
 *
 * @returns Why it was killed, if it was.
 */
async function watchIdle(
  { up, stopped = false }: { up: boolean; stopped?: boolean },
): Promise<string | undefined> {
  await using child = spawn("sleep", ["1000"]);
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const connection = connect(`127.0.0.1:${port}`, { name: "parse" });
  if (stopped) child.kill("SIGSTOP");
  const over = new AbortController();
  let rounds = 0;
  let why: string | undefined;
  await killFrozen(
    {
      names: ["parse"],
      pid: () => child.pid,
      connection() {
        if (++rounds > ROUNDS) over.abort();
        return connection;
      },
      up: (): WorkerName[] => up ? ["parse"] : [],
      kill(_name, reason) {
        why = reason;
        over.abort();
      },
    },
    over.signal,
    INTERVAL_MS,
  );
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
