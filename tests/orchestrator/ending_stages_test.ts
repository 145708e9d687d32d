import { assertEquals } from "@std/assert";
import { awaitEnding } from "../../orchestrator/ending_stages.ts";
import type { WorkerName } from "../../orchestrator/workers.ts";
import { pause } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import type { Connection } from "../../runtime/rpc/connect.ts";

/** What a stage answers when it is asked for its health. */
type Answer = "SERVING" | "NOT_SERVING" | Fault;

/**
 * Waits for stages that give these answers, one after the other; each ends when
 * the test says so.
 */
function waitFor(answers: Partial<Record<WorkerName, Answer[]>>) {
  const stop = new AbortController();
  const asked = Promise.withResolvers<void>();
  const names = Object.keys(answers) as WorkerName[];
  const ends = new Map(
    names.map((name) => [name, Promise.withResolvers<void>()]),
  );
  const up = new Set(names);
  let over = false;
  const waited = awaitEnding({
    up: () => [...up],
    ended: (name) => ends.get(name)!.promise,
    connection: (name) => ({
      unary: (() => {
        const left = answers[name]!;
        const answer = left.length > 1 ? left.shift()! : left[0]!;
        if (names.at(-1) === name) asked.resolve();
        return answer instanceof Fault
          ? Promise.reject(answer)
          : Promise.resolve({ status: answer });
      }) as Connection["unary"],
    }),
  }, stop.signal).then(() => over = true);
  return {
    asked: asked.promise,
    waited,
    isOver: () => over,
    stop: () => stop.abort(),
    end(name: WorkerName) {
      up.delete(name);
      ends.get(name)!.resolve();
    },
  };
}

/** Lets all happen that waits for nothing. */
const settle = () => pause(0);

for (
  const [what, answer] of [
    ["says that it does not serve", "NOT_SERVING"],
    ["cannot be reached", new Fault("unavailable", "ECONNREFUSED")],
  ] as const
) {
  Deno.test(`awaitEnding() waits for a stage that ${what}`, async () => {
    const { asked, end, isOver, waited } = waitFor({
      parse: [answer],
      rules: ["SERVING"],
    });
    await asked;
    await settle();
    assertEquals(isOver(), false);

    end("parse");

    await waited;
  });
}

for (
  const [what, answer] of [
    ["serves", "SERVING"],
    ["is silent", new Fault("timed_out", "no answer")],
    ["has no health", new Fault("not_found", "unknown service")],
  ] as const
) {
  Deno.test(`awaitEnding() does not wait for a stage that ${what}`, async () => {
    await waitFor({ parse: [answer] }).waited;
  });
}

Deno.test("awaitEnding() asks the others again when one has ended", async () => {
  const { asked, end, isOver, waited } = waitFor({
    parse: ["NOT_SERVING"],
    rules: ["SERVING", "NOT_SERVING"],
  });
  await asked;
  end("parse");
  await settle();
  assertEquals(isOver(), false);

  end("rules");

  await waited;
});

Deno.test("awaitEnding() does not wait on when it is told to stop", async () => {
  const { asked, stop, waited } = waitFor({ parse: ["NOT_SERVING"] });
  await asked;

  stop();

  await waited;
});
