import { assertEquals } from "@std/assert";
import { stepsOf, trailsOf } from "../../../../dashboard/page/map/trail.ts";
import type { EventRecord, ServiceStatus } from "../../../../dashboard/wire.ts";

function event(
  service: string,
  status: ServiceStatus,
  message: string,
  timeMs = 0,
): EventRecord {
  return {
    sequence: 1,
    timeMs,
    type: "service_state",
    service,
    status,
    message,
  };
}

const KILLED = "was ended by SIGKILL; starts again in 1000 ms";

Deno.test("trailsOf() tells how a killed service heals", () => {
  const trails = trailsOf([
    event("server", "backing_off", KILLED, 10),
    event("client", "running", "started, pid 7", 15),
    event("server", "starting", "started, pid 8", 1_020),
    event("server", "healthy", "healthy after 417 ms", 1_440),
  ], 10);

  assertEquals(trails, [
    {
      name: "server",
      fromMs: 10,
      toMs: 1_440,
      steps: [
        "killed (SIGKILL)",
        "again in 1 s",
        "starting",
        "healthy after 417 ms",
      ],
      brokeAt: 0,
    },
    { name: "client", fromMs: 15, toMs: 15, steps: ["running"] },
  ]);
});

Deno.test("trailsOf() begins anew when a service breaks, and notes each break", () => {
  const trails = trailsOf([
    event("a", "running", "started, pid 1", 0),
    event("a", "backing_off", KILLED, 10),
    event("a", "running", "started, pid 2", 20),
    event("a", "backing_off", KILLED, 30),
  ], 2);

  assertEquals(trails.map(({ steps, brokeAt }) => [steps.length, brokeAt]), [
    [5, 3],
    [1, undefined],
  ]);
});

Deno.test("trailsOf() tells the last of a service that crashes on and on", () => {
  const events = Array.from({ length: 40 }, (_, i) => [
    event("a", "backing_off", KILLED, 2_000 * i),
    event("a", "running", `started, pid ${i}`, 2_000 * i + 1_000),
  ]).flat();

  const [trail] = trailsOf(events, 2);

  assertEquals(
    [trail?.fromMs, trail?.toMs, trail?.brokeAt],
    [72_000, 79_000, 10],
  );
  assertEquals(trail?.steps.slice(0, 5), [
    "…",
    "killed (SIGKILL)",
    "again in 1 s",
    "running",
    "killed (SIGKILL)",
  ]);
});

Deno.test("trailsOf() begins anew after a pause, and keeps the newest", () => {
  const trails = trailsOf([
    event("a", "running", "started, pid 1", 0),
    event("a", "backing_off", KILLED, 60_000),
    event("b", "running", "started, pid 2", 90_000),
  ], 2);

  assertEquals(trails.map(({ name, fromMs }) => [name, fromMs]), [
    ["b", 90_000],
    ["a", 60_000],
  ]);
});

Deno.test("stepsOf() shortens what the supervisor says", () => {
  const cases: [ServiceStatus, string, string[]][] = [
    ["backing_off", "exited with code 1; starts again at once", [
      "exited with code 1",
      "again at once",
    ]],
    ["backing_off", "was ended by SIGTERM; starts again in 200 ms", [
      "ended by SIGTERM",
      "again in 200 ms",
    ]],
    [
      "failed",
      "restarted 5 times within 2.0 s; the last time it exited with code 1",
      [
        "restarted 5 times within 2.0 s",
        "the last time it exited with code 1",
        "failed",
      ],
    ],
    ["unhealthy", "no answer within 500 ms", [
      "unhealthy: no answer within 500 ms",
    ]],
    ["stopping", "asked to end", ["stopping"]],
  ];
  for (const [status, message, steps] of cases) {
    assertEquals(stepsOf(event("x", status, message)), steps);
  }
});

Deno.test("stepsOf() has none for what is not a state", () => {
  assertEquals(
    stepsOf({
      sequence: 1,
      timeMs: 0,
      type: "service_note",
      service: "x",
      message: "y",
    }),
    [],
  );
});
