import { assertEquals } from "@std/assert";
import {
  isGood,
  serviceReport,
} from "../../../tasks/control/service_report.ts";
import type { MeasuredSnapshot } from "../../../supervisor/service/snapshot.ts";

const snapshot = (values: Partial<MeasuredSnapshot>): MeasuredSnapshot => ({
  name: "one",
  service: "one",
  status: "exited",
  restarts: 0,
  detail: "",
  ...values,
});

for (
  const [title, values, expected] of [
    ["a process that works", { status: "running" }, true],
    ["a process that is healthy", { status: "healthy" }, true],
    ["what waits until it is due", { status: "scheduled" }, true],
    ["a process that is not", { status: "unhealthy" }, false],
    ["an end with code 0, whatever is said of it", {
      detail: "exited with code 0; it left a process behind",
      exit: { code: 0, signal: null },
    }, true],
    ["an end with another code, whatever is said of it", {
      detail: "exited with code 0",
      exit: { code: 3, signal: null },
    }, false],
    ["an end by a signal", {
      exit: { code: 143, signal: "SIGTERM" },
    }, false],
    ["an end before it ran", {}, false],
  ] as [string, Partial<MeasuredSnapshot>, boolean][]
) {
  Deno.test(`isGood() decides by fields: ${title}`, () => {
    assertEquals(isGood(snapshot(values)), expected);
  });
}

Deno.test("serviceReport() gives the times of runs as ISO 8601", () => {
  const { nextRun, lastRun, lastExitCode } = serviceReport(snapshot({
    status: "scheduled",
    nextRunMs: Date.UTC(2026, 0, 2),
    lastRunMs: Date.UTC(2026, 0, 1, 0, 0, 0, 5),
    lastExitCode: 3,
  }));

  assertEquals([nextRun, lastRun, lastExitCode], [
    "2026-01-02T00:00:00.000Z",
    "2026-01-01T00:00:00.005Z",
    3,
  ]);
});
