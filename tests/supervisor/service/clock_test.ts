import { assert, assertEquals } from "@std/assert";
import { noticeHoldUp } from "../../../supervisor/service/hold_up.ts";
import { snapshotOf } from "../../../supervisor/service/snapshot.ts";
import { startService } from "../../support/service_loop.ts";

const HOUR_MS = 3_600_000;

/** Sets the clock on the wall by so much until disposed. */
function setClock(byMs: number): Disposable {
  const { now } = Date;
  Date.now = () => now() + byMs;
  return { [Symbol.dispose]: () => void (Date.now = now) };
}

Deno.test("a clock that is set back an hour prolongs no start period and no uptime", async () => {
  await using service = startService(
    "{ command: [sleep, 1000], restart: no, healthcheck: { exec: ['false'], start_period: 50ms, start_interval: 10ms, retries: 1 } }",
  );
  const { loop, told } = service;
  await loop.until(({ status }) => status === "starting");
  using _clock = setClock(-HOUR_MS);

  await loop.until(({ status }) => status === "unhealthy");

  const { uptimeMs } = snapshotOf(loop);
  assert(
    uptimeMs !== undefined && uptimeMs >= 50 && uptimeMs < HOUR_MS,
    `it was ${uptimeMs} ms`,
  );
  assertEquals(told.at(-1), "unhealthy: false exited with code 1");
});

Deno.test("a clock that is set forward makes no service proven, and forgets no restart", async () => {
  await using service = startService(
    "{ command: [sh, -c, 'sleep 0.05; exit 1'], restart: always, restart_policy: { delay: 1ms, max_delay: 2ms } }",
    { random: () => 0.999 },
  );
  const { loop, told } = service;
  await loop.until(({ status }) => status === "running");
  using _clock = setClock(HOUR_MS);

  await loop.until((state) =>
    state.status === "backing_off" && state.crashLoop !== undefined
  );

  assert(!told.some((message) => /at once/.test(message)), told.join("\n"));
});

Deno.test("a check that fails over a suspend does not count, and the next one does", async () => {
  let started = 0;
  await using service = startService(
    "{ command: [sleep, 1000], restart: no, healthcheck: { exec: [sleep, 1000], start_period: 0s, timeout: 200ms, interval: 10ms, retries: 1 } }",
    { guardian: { watch: () => void started++, forget() {} } },
  );
  const { loop } = service;
  await loop.until(({ status }) => status === "starting");
  using _clock = setClock(HOUR_MS);

  await loop.until(({ status }) => status === "unhealthy");

  // The service and two checks.
  assertEquals(started, 3);
});

Deno.test("noticeHoldUp() tells a long wait from a short one by either clock", () => {
  const short = noticeHoldUp(100);
  assertEquals(short(), false);
  for (const byMs of [HOUR_MS, -HOUR_MS]) {
    const notice = noticeHoldUp(100);
    using _clock = setClock(byMs);
    assertEquals(notice(), true);
  }
});
