import { assertEquals } from "@std/assert";
import {
  rightsSentence,
  whyOf,
} from "../../../../dashboard/page/services/words.ts";
import type { ServiceState } from "../../../../dashboard/wire.ts";

Deno.test("rightsSentence() tells what may be done, and what may not", () => {
  assertEquals(
    rightsSentence({
      sandboxed: true,
      rights: [
        { kind: "net", values: ["broker (127.0.0.1:50051)"] },
        { kind: "read", values: ["everything"] },
        { kind: "sys", values: ["hostname"] },
      ],
    }),
    "may connect to or listen on: broker (127.0.0.1:50051) · may read: " +
      "everything · may write: nothing · may see the variables: nothing · " +
      "may run: nothing · may ask the system for: hostname",
  );
  assertEquals(
    rightsSentence({ sandboxed: false, rights: [] }),
    "No sandbox: may do anything you can.",
  );
});

Deno.test("whyOf() takes the reason that is given, and says each thing once", () => {
  const base: ServiceState = {
    name: "web",
    service: "web",
    status: "failed",
    restarts: 0,
    detail: "",
    notes: [],
  };

  assertEquals([
    whyOf({ ...base, status: "running" }, 0),
    whyOf({ ...base, detail: "exit code 3 after 5 restarts", exitCode: 3 }, 0),
    whyOf({ ...base, signal: "SIGKILL", exitCode: 137 }, 0),
  ], [
    "Its process runs; it has no healthcheck.",
    "Exit code 3 after 5 restarts.",
    "Given up: it is not started again by itself. Ended by SIGKILL.",
  ]);
});

Deno.test("whyOf() tells of a schedule: the next run and the last", () => {
  const at = new Date(2026, 2, 1, 12, 0, 0).getTime();
  const text = whyOf({
    name: "report",
    service: "report",
    status: "scheduled",
    restarts: 0,
    detail: "",
    notes: [],
    nextRunMs: at + 3_600_000,
    lastRunMs: at - 3_600_000,
    lastExitCode: 2,
  }, at);

  assertEquals(
    text.replaceAll("\u202f", " "),
    "Has no process until its schedule is due. Runs next at 13:00:00, in " +
      "1 h 00 min. Ran last at 11:00:00; it ended with exit code 2.",
  );
});
