import { assertEquals } from "@std/assert";
import { parseConfig } from "../../../supervisor/config/load_config.ts";
import { snapshotOf } from "../../../supervisor/service/snapshot.ts";
import { settle } from "../../support/fake_fleet.ts";
import { startService } from "../../support/service_loop.ts";
import { virtualClock } from "../../support/virtual_clock.ts";

const MINUTE_MS = 60_000;

/** A job that is due each hour, on a clock that shows half past midnight. */
function startJob(words: string) {
  const clock = virtualClock("2026-01-01T00:30:00Z");
  const service = startService(
    `{ schedule: "@hourly", timezone: UTC, ${words} }`,
    { clock },
  );
  return {
    ...service,
    clock,
    [Symbol.asyncDispose]: service[Symbol.asyncDispose],
  };
}

Deno.test("a job runs each time that it is due, and waits in between", async () => {
  await using job = startJob("command: [sh, -c, exit 3]");
  const { loop, clock, told } = job;
  assertEquals(loop.state, { status: "scheduled" });
  assertEquals(snapshotOf(loop).detail, "next run at 01:00 UTC");

  for (let run = 0; run < 2; run++) {
    const waiting = loop.state;
    clock.pass(60 * MINUTE_MS);
    await loop.until((state) =>
      state.status === "scheduled" && state !== waiting
    );
  }

  const { detail, nextRunMs } = snapshotOf(loop);
  assertEquals(
    detail,
    "next run at 03:00 UTC; the last one exited with code 3",
  );
  assertEquals(nextRunMs, Date.parse("2026-01-01T03:00:00Z"));
  assertEquals(
    told.filter((message) => !message.startsWith("started")),
    [
      "is scheduled; its next run is at 01:00 UTC",
      "is due: its run of 01:00 UTC",
      "exited with code 3; its next run is at 02:00 UTC",
      "is due: its run of 02:00 UTC",
      "exited with code 3; its next run is at 03:00 UTC",
    ],
  );
});

Deno.test("a run that goes on when the next is due is left alone, and a stop ends both", async () => {
  await using job = startJob('command: [sleep, "1000"]');
  const { loop, clock, told } = job;
  clock.pass(30 * MINUTE_MS);
  const { status } = await loop.until(({ status }) => status === "running");

  clock.pass(60 * MINUTE_MS);
  await settle();
  assertEquals(
    told.at(-1),
    "skips its run of 02:00 UTC: the one before goes on",
  );
  assertEquals(loop.state.status, status);
  loop.stop();
  await loop.until(({ status }) => status === "exited");
  clock.pass(60 * MINUTE_MS);

  assertEquals(loop.state.status, "exited");
  assertEquals(loop.runs, {});
  assertEquals(clock.timers, 0);
});

Deno.test("startNow() runs a job at once, and its schedule goes on", async () => {
  await using job = startJob('command: ["true"]');
  const { loop, told } = job;

  loop.startNow();
  await loop.until(({ status }) => status === "running");
  await loop.until(({ status }) => status === "scheduled");

  assertEquals(told[1], "is asked to run now");
  assertEquals(snapshotOf(loop).nextRunMs, Date.parse("2026-01-01T01:00:00Z"));
});

Deno.test("update() has a job go by its new schedule", async () => {
  await using job = startJob('command: ["true"]');
  const { services } = parseConfig(
    'services: { a: { command: ["true"], schedule: "45 * * * *", timezone: UTC } }',
    { path: "/config.yaml" },
  );

  job.loop.update(services.get("a")![0]!);

  assertEquals(
    snapshotOf(job.loop).nextRunMs,
    Date.parse("2026-01-01T00:45:00Z"),
  );
});

Deno.test("a job that cannot be started says so, and waits for its next run", async () => {
  await using job = startJob("command: [/no/such/program]");
  const { loop, clock } = job;
  clock.pass(30 * MINUTE_MS);

  const state = await loop.until((state) =>
    state.status === "scheduled" && state.reason !== undefined
  );

  assertEquals(
    state.status === "scheduled" && state.reason?.startsWith("could not start"),
    true,
  );
});
