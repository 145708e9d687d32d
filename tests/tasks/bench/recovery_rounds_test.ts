import { assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../../runtime/program/errors.ts";
import {
  killRounds,
  type KillRun,
} from "../../../tasks/bench/recovery_rounds.ts";

function run(recoveries: number, recoveryMs = 0, right = true): KillRun {
  return { right, report: { recoveries, recoveryMs } };
}

/** Gives these runs one after the other; the last one again and again. */
function attempts(runs: KillRun[]): () => Promise<KillRun> {
  return () => Promise.resolve(runs.length > 1 ? runs.shift()! : runs[0]!);
}

Deno.test("killRounds() makes another run where the kill came too late", async () => {
  const runs = [run(1, 400), run(0), run(3, 600)];

  assertEquals(await killRounds(2, attempts(runs)), {
    rounds: 2,
    right: 2,
    late: 1,
    recoveries: 4,
    lostMs: { median: 500, worst: 600 },
  });
});

Deno.test("killRounds() counts a wrong result, with a recovery or without", async () => {
  const runs = [run(0, 0, false), run(1, 10, false), run(1, 10)];

  const { rounds, right, late } = await killRounds(3, attempts(runs));

  assertEquals({ rounds, right, late }, { rounds: 3, right: 1, late: 0 });
});

Deno.test("killRounds() gives up where no kill comes in time, and says what helps", async () => {
  const { message } = await assertRejects(
    () => killRounds(2, attempts([run(0)])),
    Failure,
  );

  assertEquals(
    message,
    "Cannot measure recoveries: 5 kills came when the run was over; --count=N makes it longer",
  );
});

Deno.test("killRounds() can do without rounds", async () => {
  const { rounds, lostMs } = await killRounds(0, attempts([run(0)]));

  assertEquals({ rounds, lostMs }, {
    rounds: 0,
    lostMs: { median: 0, worst: 0 },
  });
});
